// Interpreter, O0 and O2 do the same on kernels made at random, and a planted bug does not go unseen.
//
// VPL_RANDOM_KERNELS kernels are tried, with the seeds from VPL_RANDOM_SEED on. A difference tells its
// seed: VPL_RANDOM_SEED=<that> VPL_RANDOM_KERNELS=1 repeats it. With VPL_RANDOM_KERNELS set, the seeds
// at work stand on standard error, for the case that the process ends.

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "jit/emit/straight_line.h"
#include "jit/engine/agreement.h"
#include "jit/engine/random_kernel.h"

namespace varpulis::jit {

namespace {

constexpr uint64_t kDefaultKernels = 300;
constexpr uint64_t kKernelsPerModule = 20;
constexpr uint64_t kMostSteps = 25;

uint64_t Setting(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  uint64_t value = 0;
  const char* end = text + std::strlen(text);
  auto [stop, error] = std::from_chars(text, end, value);
  VPL_CHECK(error == std::errc() && stop == end, "{} is no number: {}", name, text);
  return value;
}

// Half of the kernels may become vector code.
ir::Kernel KernelOf(uint64_t seed) {
  return RandomKernel::Make(seed, static_cast<int>(1 + seed / 2 % kMostSteps), seed % 2 == 0);
}

std::vector<ir::Kernel> KernelsOf(uint64_t first_seed, uint64_t count) {
  std::vector<ir::Kernel> kernels;
  for (uint64_t i = 0; i < count; ++i) kernels.push_back(KernelOf(first_seed + i));
  return kernels;
}

// The text of a failing kernel is worth something only if it means the same when it is read.
void ExpectTextIsTheKernel(const ir::Kernel& kernel) {
  std::string text = ir::Print(kernel);
  auto read = ir::ParseKernel(text);
  ASSERT_TRUE(read.ok()) << read.status().message() << "\n" << text;
  ASSERT_EQ(ir::Print(*read), text);
}

TEST(RandomKernels, Agree) {
  const uint64_t count = Setting("VPL_RANDOM_KERNELS", kDefaultKernels);
  const uint64_t first = Setting("VPL_RANDOM_SEED", 1);
  const bool told = std::getenv("VPL_RANDOM_KERNELS") != nullptr;
  for (uint64_t done = 0; done < count; done += kKernelsPerModule) {
    const uint64_t seed = first + done;
    auto kernels = KernelsOf(seed, std::min(kKernelsPerModule, count - done));
    if (told) fmt::print(stderr, "\rseeds {} to {} ", seed, seed + kernels.size() - 1);
    for (const auto& kernel : kernels) ExpectTextIsTheKernel(kernel);
    ExpectAllAgree(kernels, {.seed = seed, .batch_sizes = {1, 61}});
    if (HasFatalFailure()) return;
  }
}

TEST(RandomKernels, OnlyThoseWithCallsAreNoVectorCode) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    if (seed % 2 != 0) EXPECT_TRUE(IsStraightLine(KernelOf(seed))) << ir::Print(KernelOf(seed));
  }
}

// --- planted bugs --------------------------------------------------------------------------------

using ir::Type;

// Each changes a kernel, if it finds what it looks for.
bool SwapOrder(ir::Kernel& kernel) {
  for (auto& inst : kernel.insts) {
    auto* compare = std::get_if<ir::Compare>(&inst);
    if (compare == nullptr || compare->predicate != ir::Predicate::Lt) continue;
    compare->predicate = ir::Predicate::Le;
    return true;
  }
  return false;
}

bool SwapAddition(ir::Kernel& kernel) {
  for (auto& inst : kernel.insts) {
    auto* binary = std::get_if<ir::IntBinary>(&inst);
    if (binary == nullptr || binary->op != ir::IntOp::Add) continue;
    binary->op = ir::IntOp::Sub;
    return true;
  }
  return false;
}

// Null where missing is right, and the other way round: no value changes.
bool SwapAbsence(ir::Kernel& kernel) {
  for (auto& inst : kernel.insts) {
    if (auto* absent = std::get_if<ir::ConstAbsent>(&inst)) absent->is_null = !absent->is_null;
  }
  return true;
}

// A division that runs once more than it should: only its errors are seen.
bool CountTwice(ir::Kernel& kernel) {
  for (ir::ValueId id : kernel.blocks[0].insts) {
    const auto* binary = std::get_if<ir::IntBinary>(&kernel.insts[id]);
    if (binary == nullptr || binary->op != ir::IntOp::Div) continue;
    kernel.blocks[0].insts.push_back(static_cast<ir::ValueId>(kernel.insts.size()));
    kernel.insts.push_back(ir::Inst(*binary));
    kernel.value_names.emplace_back("again");
    return true;
  }
  return false;
}

// A record keeps what it should have given up: nothing but the slots shows it.
bool DropStore(ir::Kernel& kernel) {
  auto& body = kernel.blocks[0].insts;
  auto is_store = [&](ir::ValueId id) {
    return std::holds_alternative<ir::StoreSlot>(kernel.insts[id]);
  };
  auto last = std::find_if(body.rbegin(), body.rend(), is_store);
  if (last == body.rend()) return false;
  body.erase(std::next(last).base());
  return true;
}

struct Bug {
  const char* name;
  bool (*plant)(ir::Kernel&);
};

class PlantedBug : public testing::TestWithParam<Bug> {};

TEST_P(PlantedBug, IsFound) {
  for (OptLevel level : {OptLevel::O0, OptLevel::O2}) {
    std::optional<std::string> difference;
    for (uint64_t seed = 1; seed < kDefaultKernels && !difference; ++seed) {
      std::vector<ir::Kernel> right = {KernelOf(seed)}, wrong = right;
      if (!GetParam().plant(wrong[0])) continue;
      ASSERT_TRUE(ir::Verify(wrong[0]).ok()) << ir::Print(wrong[0]);
      difference = FirstDifference(right, wrong, level, {.seed = seed, .batch_sizes = {61}});
    }
    ASSERT_TRUE(difference.has_value());
    EXPECT_NE(difference->find("seed "), std::string::npos) << *difference;
    EXPECT_NE(difference->find("kernel random("), std::string::npos) << *difference;
  }
}

INSTANTIATE_TEST_SUITE_P(RandomKernels, PlantedBug,
                         testing::Values(Bug{"SwapOrder", SwapOrder},
                                         Bug{"SwapAddition", SwapAddition},
                                         Bug{"SwapAbsence", SwapAbsence},
                                         Bug{"CountTwice", CountTwice},
                                         Bug{"DropStore", DropStore}),
                         [](const auto& param) { return param.param.name; });

}  // namespace

}  // namespace varpulis::jit
