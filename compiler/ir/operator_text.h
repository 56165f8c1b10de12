#pragma once

// The operators of a stream as lines of text. Private to compiler/ir; Print(plan) shows them.

#include <string>

#include "compiler/ir/plan.h"

namespace varpulis::ir {

// `a: i64, b: str`.
std::string ColumnList(const Table& table);
// `16 bytes: start, last`.
std::string SlotList(const RecordLayout& record);
// `Mq = mqtt(host: "h") topic "a"`; `topic_text` is that of a topic that is computed.
std::string BindingText(const Binding& binding, const std::string& topic_text);
// One operator a line, paths of a fork below it.
std::string OperatorText(const Plan& plan, const StreamPlan& stream);

}  // namespace varpulis::ir
