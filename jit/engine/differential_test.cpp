// Interpreter, O0 and O2 do the same: every instruction by itself on awkward operands.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "jit/engine/agreement.h"

namespace varpulis::jit {

namespace {

const std::vector<std::string> kTypes = {"bool", "i64", "f64", "str", "ts", "dur", "any"};
const std::vector<std::string> kPredicates = {"eq", "ne", "lt", "le", "gt", "ge"};

// Kernels of one instruction each, which may use %a, %b (columns of one type) and %c (any).
class Family {
 public:
  // `declarations`: lines before the instruction.
  void Add(const std::string& operand_type, const std::string& inst, const std::string& result_type,
           const std::string& declarations = "") {
    auto text = fmt::format(
        "kernel family(row: T) {{\n  %a = load.{0} row.a\n  %b = load.{0} row.b\n"
        "  %c = load.any row.c\n  {1}\n  %r = {2}\n  store.{3} out.r, %r\n}}\n",
        operand_type, declarations, inst, result_type);
    auto kernel = ir::ParseKernel(text);
    ASSERT_TRUE(kernel.ok()) << kernel.status().message() << "\n" << text;
    kernels_.push_back(*kernel);
  }
  void Check() {
    ASSERT_FALSE(kernels_.empty());
    ExpectAllAgree(kernels_, {.seed = 1, .batch_sizes = {0, 400}});
  }

 private:
  std::vector<ir::Kernel> kernels_;
};

TEST(Families, Integers) {
  Family family;
  for (const char* op :
       {"add", "sub", "mul", "div", "mod", "pow", "and", "or", "xor", "shl", "shr"}) {
    family.Add("i64", fmt::format("{}.i64 %a, %b", op), "i64");
    family.Add("i64", fmt::format("{}.i64 %a, %k", op), "i64", "%k = const.i64 3");
    family.Add("i64", fmt::format("{}.i64 %a, %k", op), "i64", "%k = const.i64 0");
    family.Add("i64", fmt::format("{}.i64 %a, %k", op), "i64", "%k = const.i64 -1");
  }
  for (const char* op : {"neg", "not", "abs"}) {
    family.Add("i64", fmt::format("{}.i64 %a", op), "i64");
  }
  family.Add("i64", "int_to_float %a", "f64");
  family.Check();
}

TEST(Families, Floats) {
  Family family;
  for (const char* op : {"add", "sub", "mul", "div", "mod", "pow"}) {
    family.Add("f64", fmt::format("{}.f64 %a, %b", op), "f64");
    family.Add("f64", fmt::format("{}.f64 %a, %k", op), "f64", "%k = const.f64 0.0");
    family.Add("f64", fmt::format("{}.f64 %a, %k", op), "f64", "%k = const.f64 2.0");
  }
  for (const char* op : {"neg", "abs", "sqrt"}) {
    family.Add("f64", fmt::format("{}.f64 %a", op), "f64");
  }
  family.Check();
}

TEST(Families, Comparisons) {
  Family family;
  for (const auto& predicate : kPredicates) {
    for (const auto& type : kTypes) {
      family.Add(type, fmt::format("{}.{} %a, %b", predicate, type), "bool");
    }
    for (const char* text : {"7", "ana", "", "a text of more than twelve bytes"}) {
      family.Add("str", predicate + ".str %a, %k", "bool",
                 fmt::format("%k = const.str \"{}\"", text));
    }
    for (const char* number : {"5.0", "nan", "0.0"}) {
      family.Add("f64", predicate + ".f64 %a, %k", "bool",
                 fmt::format("%k = const.f64 {}", number));
    }
  }
  family.Check();
}

TEST(Families, CellsAgainstConstants) {
  Family family;
  for (const auto& predicate : kPredicates) {
    for (const char* constant :
         {"str \"7\"", "str \"-3\"", "str \"007\"", "str \"ana\"", "str \"\"", "i64 5", "i64 7",
          "f64 7.0", "f64 100.0", "f64 nan", "bool true", "ts 2", "dur 2", "str null",
          "f64 missing", "str \"a text of more than twelve bytes\""}) {
      auto declaration = fmt::format("%k = const.{}\n  %boxed = box %k", constant);
      family.Add("any", predicate + ".any %c, %boxed", "bool", declaration);
      family.Add("any", predicate + ".any %boxed, %c", "bool", declaration);
    }
  }
  family.Check();
}

TEST(Families, DynamicOperators) {
  Family family;
  for (const char* op : {"add", "sub", "mul", "div", "mod", "pow", "and", "or", "xor", "shl", "shr",
                         "in", "index", "member"}) {
    family.Add("any", fmt::format("{}.any %a, %b", op), "any");
    for (const char* constant : {"i64 3", "i64 0", "f64 0.5", "f64 0.0", "str \"a\"", "dur 2"}) {
      auto declaration = fmt::format("%k = const.{}\n  %boxed = box %k", constant);
      family.Add("any", fmt::format("{}.any %a, %boxed", op), "any", declaration);
      family.Add("any", fmt::format("{}.any %boxed, %a", op), "any", declaration);
    }
  }
  family.Add("any", "neg.any %a", "any");
  family.Add("any", "bitnot.any %a", "any");
  family.Add("any", "array(%a, %b, %c)", "any");
  family.Add("any", "array()", "any");
  family.Add("any", "map(\"k\": %a, \"a key of more than twelve bytes\": %b)", "any");
  family.Add("any", "call coalesce(%a, %b, %c)", "any");
  family.Add("any", "call type_of(%a)", "any");
  family.Check();
}

TEST(Families, Truth) {
  Family family;
  for (const char* type : {"bool", "any"}) {
    for (const char* op : {"truth", "not_value", "is_absent"}) {
      family.Add(type, fmt::format("{} %a", op), "bool");
    }
  }
  for (const char* op : {"and", "or", "xor"}) {
    family.Add("bool", fmt::format("{}.bool %x, %y", op), "bool",
               "%x = truth %a\n  %y = is_absent %b");
  }
  family.Add("bool", "not.bool %x", "bool", "%x = truth %a");
  for (const auto& type : kTypes) {
    family.Add(type, "select %c2, %a, %b", type, "%c2 = load.bool row.c2");
    family.Add(type, "if." + type + " %c2 { yield %a } else { yield %b }", type,
               "%c2 = load.bool row.c2");
    family.Add(type, "is_absent %a", "bool");
  }
  family.Check();
}

TEST(Families, Conversions) {
  Family family;
  for (const auto& type : kTypes) {
    if (type == "any") continue;
    family.Add("any", "unbox." + type + " %a", type);
    family.Add(type, "box %a", "any");
    family.Add(type, "unbox." + type + " %boxed", type, "%boxed = box %a");
  }
  family.Add("any", "to_number %a", "f64");
  family.Check();
}

TEST(Families, Text) {
  Family family;
  for (const char* op : {"contains", "starts_with", "ends_with"}) {
    family.Add("str", fmt::format("{} %a, %b", op), "bool");
    family.Add("str", fmt::format("{} %a, %k", op), "bool", "%k = const.str \"a\"");
  }
  for (const char* prefix : {"", "x", "a te", "seven", "a text of mo", "a text of more than"}) {
    family.Add("str", "starts_with %a, %k", "bool", fmt::format("%k = const.str \"{}\"", prefix));
  }
  family.Add("str", "lower %a", "str");
  family.Add("str", "upper %a", "str");
  family.Add("str", "regex_match %a, \"^a.*t\"", "bool");
  family.Check();
}

TEST(Families, Keys) {
  Family family;
  for (const auto& type : kTypes) {
    family.Add(type, "hash %a", "i64");
    family.Add(type, "same_key %a, %b", "bool");
    family.Add(type, "hash_combine %x, %y", "i64", "%x = hash %a\n  %y = hash %c");
  }
  family.Add("i64", "hash_combine %a, %b", "i64");
  family.Check();
}

TEST(Families, Slots) {
  Family family;
  for (const auto& type : kTypes) {
    family.Add(type, "load." + type + " run.s", type, fmt::format("store.{} run.s, %a", type));
    // The value that was loaded stays what it was.
    family.Add(type, "select %yes, %old, %b", type,
               fmt::format("%yes = const.bool true\n  %old = load.{0} run.s\n  store.{0} run.s, %a",
                           type));
  }
  family.Add("any", "distinct_count run.set", "any", "distinct_add run.set, %a");
  family.Add("any", "distinct_count run.set", "any",
             "distinct_add run.set, %a\n  distinct_remove run.set, %b");
  family.Add("any", "samples_quantile run.set, 0.25", "any", "samples_add run.set, %a");
  family.Add("any", "samples_quantile run.set, 0.5", "any",
             "samples_add run.set, %a\n  samples_add run.set, %b\n  samples_remove run.set, %c");
  family.Add("any", "list_array run.set", "any", "list_add run.set, %a");
  family.Add("any", "queue_array run.set", "any",
             "queue_add run.set, %a\n  queue_remove run.set, %b");
  family.Add("any", "list_values run.list", "any", "list_append run.list, %a");
  family.Add("any", "time", "ts");
  family.Add("any", "load.any global.g", "any");
  family.Check();
}

}  // namespace

}  // namespace varpulis::jit
