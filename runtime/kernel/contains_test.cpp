#include <random>
#include <string>

#include <gtest/gtest.h>

#include "runtime/kernel/contains.h"

namespace varpulis::kernel {
namespace {

// Two letters make many places that nearly fit; each text has memory of its own, so that a
// sanitizer sees a read beyond it.
TEST(Contains, FindsWhatTheStandardLibraryFinds) {
  std::mt19937 random(1);
  const auto draw = [&](size_t most) {
    std::string text;
    for (size_t size = random() % (most + 1); text.size() < size;) text += "a\xff"[random() % 2];
    text.shrink_to_fit();
    return text;
  };
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = draw(i % 2 == 0 ? 40 : 120), part = draw(9);
    const bool found = text.find(part) != std::string::npos;
    ASSERT_EQ(Contains(std::string_view(text), part), found) << text << ", " << part;
    ASSERT_EQ(Contains(abi::VplString::Borrow(text), part), found) << text << ", " << part;
  }
}

TEST(Contains, SeesZeroBytesLikeOthers) {
  const std::string text("0123456789\0abc", 14);
  EXPECT_TRUE(Contains(std::string_view(text), std::string("9\0a", 3)));
  EXPECT_FALSE(Contains(std::string_view(text), std::string("9\0b", 3)));
  EXPECT_FALSE(Contains(std::string_view("0123456789"), std::string("9\0", 2)));
  EXPECT_FALSE(Contains(abi::VplString::Borrow("0123456789"), std::string("9\0", 2)));
}

}  // namespace
}  // namespace varpulis::kernel
