get_filename_component(VPL_ROOT ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)

# vpl_library(name LINKS a b ...): the library of the current folder.
#
# All .cpp files of the folder except *_test.cpp belong to it; *_test.cpp become one GoogleTest
# program `<name>_test`. The link list is the folder's "may include" of docs/architecture.md.
function(vpl_library name)
  cmake_parse_arguments(ARG "" "" "LINKS;TEST_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${VPL_ROOT})
    target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE vpl_warnings)
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${VPL_ROOT})
    target_link_libraries(${name} INTERFACE ${ARG_LINKS})
  endif()
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${ARG_TEST_LINKS} GTest::gtest_main GTest::gmock
                          vpl_warnings)
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()
