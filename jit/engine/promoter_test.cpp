#include "jit/engine/promoter.h"

#include <atomic>
#include <latch>
#include <stop_token>
#include <thread>

#include <gtest/gtest.h>

#include "jit/engine/filter_example.h"

namespace varpulis::jit {

namespace {

// Begins when it is told to.
class HeldCompiler : public kernel::KernelCompiler {
 public:
  Result<kernel::KernelTable> DoCompile(const std::vector<ir::Kernel>& kernels,
                                        std::shared_ptr<const kernel::RegexSet> regexes,
                                        std::stop_token token) override {
    stop = token;
    begun.count_down();
    allowed.wait();
    wanted = !token.stop_requested();
    auto table = kernels.empty() ? Status(StatusCode::Unavailable, "no kernels")
                                 : native_->Compile(kernels, std::move(regexes), token);
    finished = true;
    return table;
  }

  std::latch begun{1};
  std::latch allowed{1};
  std::stop_token stop;  // from `begun` on
  std::atomic<bool> finished = false;
  std::atomic<bool> wanted = false;

 private:
  std::unique_ptr<NativeCompiler> native_ = Compiler(OptLevel::O2);
};

TEST(Promoter, HandsOverOnce) {
  Promoter promoter(Compiler(OptLevel::O2));
  EXPECT_FALSE(promoter.TryTake().has_value());
  promoter.Wait();  // nothing started
  promoter.Start({Parse(kFilter)}, nullptr);
  promoter.Wait();
  auto outcome = promoter.TryTake();
  ASSERT_TRUE(outcome.has_value());
  ASSERT_TRUE(outcome->ok()) << outcome->status().message();
  EXPECT_TRUE((*outcome)->native());
  EXPECT_FALSE(promoter.TryTake().has_value());
  TwoColumns data(512);
  outcome->value()[0].Call(data.frame);
  for (size_t i = 0; i < 512; ++i) ASSERT_EQ(data.result[i], TwoColumns::Passes(i)) << i;
}

TEST(Promoter, OwnerGoesOnWhileTheCompilerWorks) {
  auto compiler = std::make_shared<HeldCompiler>();
  Promoter promoter(compiler);
  promoter.Start({Parse(kFilter)}, nullptr);
  compiler->begun.wait();
  for (int batch = 0; batch < 100; ++batch) ASSERT_FALSE(promoter.TryTake().has_value());
  compiler->allowed.count_down();
  promoter.Wait();
  auto outcome = promoter.TryTake();
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->ok());
}

TEST(Promoter, HandsOverTheReasonOfAFailure) {
  auto compiler = std::make_shared<HeldCompiler>();
  compiler->allowed.count_down();
  Promoter promoter(compiler);
  promoter.Start({}, nullptr);
  promoter.Wait();
  auto outcome = promoter.TryTake();
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->status().message(), "no kernels");
  EXPECT_FALSE(promoter.TryTake().has_value());
}

TEST(Promoter, DestructionWaitsForTheCompiler) {
  auto compiler = std::make_shared<HeldCompiler>();
  {
    Promoter promoter(compiler);
    promoter.Start({Parse(kFilter)}, nullptr);
    compiler->begun.wait();
    EXPECT_FALSE(compiler->finished);
    compiler->allowed.count_down();
  }
  EXPECT_TRUE(compiler->finished);
}

TEST(Promoter, DestructionAsksTheCompilerToStop) {
  auto compiler = std::make_shared<HeldCompiler>();
  std::jthread later;
  {
    Promoter promoter(compiler);
    promoter.Start({Parse(kFilter)}, nullptr);
    compiler->begun.wait();
    later = std::jthread([&] {
      while (!compiler->stop.stop_requested()) std::this_thread::yield();
      compiler->allowed.count_down();
    });
  }
  EXPECT_FALSE(compiler->wanted);
}

TEST(Promoter, ManyAtOnceShareACompiler) {
  std::shared_ptr<NativeCompiler> compiler = Compiler(OptLevel::O2);
  std::vector<std::unique_ptr<Promoter>> promoters;
  for (int i = 0; i < 8; ++i) {
    promoters.push_back(std::make_unique<Promoter>(compiler));
    promoters.back()->Start({Parse(kFilter)}, nullptr);
  }
  for (auto& promoter : promoters) {
    promoter->Wait();
    auto outcome = promoter->TryTake();
    ASSERT_TRUE(outcome.has_value());
    ASSERT_TRUE(outcome->ok()) << outcome->status().message();
    TwoColumns data(64);
    outcome->value()[0].Call(data.frame);
  }
}

}  // namespace

}  // namespace varpulis::jit
