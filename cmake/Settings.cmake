# How everything is compiled. Options are set by CMakePresets.json.

option(VPL_WITH_JIT "Build the LLVM JIT; off proves the layering (preset nojit)" ON)
option(VPL_FUZZ "Build the libFuzzer targets" OFF)
set(VPL_SANITIZE "" CACHE STRING "Sanitizers for all targets, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(VPL_CCACHE ccache)
if(VPL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${VPL_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${VPL_CCACHE})
endif()

find_program(VPL_MOLD mold)
if(VPL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-fno-omit-frame-pointer -Xclang -fno-pch-timestamp)
if(VPL_SANITIZE)
  add_compile_options(-fsanitize=${VPL_SANITIZE} -fno-sanitize-recover=undefined -fno-sanitize=vptr)
  add_link_options(-fsanitize=${VPL_SANITIZE} -fno-sanitize=vptr)
endif()

# Coverage of all code guides the fuzzers; what is a fuzzer is decided when it is linked.
if(VPL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

# Warnings of our own code; generated and third-party code does not link this target.
add_library(vpl_warnings INTERFACE)
target_compile_options(vpl_warnings INTERFACE
  -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wimplicit-fallthrough -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-deprecated-declarations  # std::stable_sort of libstdc++ 12 uses a deprecated function
  -Wno-gnu-zero-variadic-macro-arguments -Wno-variadic-macros)
