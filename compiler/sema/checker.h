#pragma once

// State of one Check(): the names of the program, and the construct-by-construct checkers as members.
// Private to compiler/sema; check.h is the door. Long because it declares one class, whose members lie
// in a file per construct.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/ast/program.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/ir/connector_kind.h"
#include "compiler/sema/check.h"
#include "compiler/sema/free_names.h"
#include "compiler/sema/function_scope.h"
#include "compiler/sema/typed_program.h"

namespace varpulis::sema {

using diagnostics::Diagnostic;
using diagnostics::DiagnosticKind;
using source::SourceSpan;

// What names mean while one expression is checked.
struct Scope {
  const RowShape* row = nullptr;  // bare names; null where no event is at hand
  struct Alias {
    std::string name;
    const RowShape* shape;
    uint32_t input;  // kCurrentRow or a step
    SourceSpan declared = {};
    bool parameter = false;  // of a lambda: it hides fields
    bool closure = false;    // it means the elements of a closure
  };
  std::vector<Alias> aliases;
  std::vector<std::string> later_aliases;  // bound by a later step: E023
  bool after_match = false;                // bare names are the match's own fields
  const TypedJoin* join = nullptr;         // behind one, bare names are fields of its sides
  // Inside .aggregate: aggregate calls are allowed, and bare fields only if listed here.
  bool in_aggregate = false;
  std::vector<std::string> key_fields;
  bool inside_aggregate_call = false;
  bool in_process = false;            // the argument of .process: `emit` statements are collected
  FunctionScope* function = nullptr;  // inside a body; nothing else of the scope is used then
};

// Lambdas that call lambdas; more is taken for a circle.
inline constexpr int kMaxLambdaDepth = 32;

struct Global {
  uint32_t index = 0;
  ast::VariableDecl::Kind kind = ast::VariableDecl::Kind::Let;
  SourceSpan span;
  TypedExprPtr literal;                     // folded value of let and const
  const ast::LambdaExpr* lambda = nullptr;  // `let f = x => e`
};

// What callers of a function need to know.
struct FunctionInfo {
  const ast::FunctionDecl* decl = nullptr;
  uint32_t index = 0;
  std::set<std::string> hidden;   // names that every call passes behind the arguments
  std::set<std::string> emitted;  // types of the events that it, or what it calls, emits
};

class PatternForm;
struct WrittenStep;
// What the operators `.stam` `.stnm` `.strict`, and `.each` `.longest` `.subsets`, ask for.
std::optional<ir::Selection> SelectionNamed(const std::string& name);
std::optional<ir::Selection> SelectionOf(const ast::StreamOp& op);  // `.strategy(..)` as well
std::optional<ir::ClosureMode> EmissionNamed(const std::string& name);
// Means the same before and behind an arrow (language.md 4).
bool IsPositionFree(const ast::StreamOp& op);
// .watermark or .allowed_lateness: CheckTimeBounds looks at them.
bool IsTimeBound(const ast::StreamOp& op);
// The argument of `.pattern(n: A -> B)`, which makes its stream a pattern's; null if `op` is another.
const ast::Argument* ShortPattern(const ast::StreamOp& op);
// That of the stream's first such operator.
const ast::Argument* ShortPattern(const ast::StreamDecl& decl);

// The stream's first `.trend_aggregate`; null if it has none.
const ast::StreamOp* TrendOperator(const ast::StreamDecl& decl);
// Dials and other uses of the matches, which a stream of trends cannot have (language.md 8.1).
bool IsRuledOutByTrends(const ast::StreamOp& op);

class Checker {
 public:
  Checker(const ast::Program& program, diagnostics::DiagnosticEmitter& diagnostics,
          const CheckOptions& options)
      : ast_(program), diagnostics_(diagnostics), options_(options) {}

  TypedProgram Run();

 private:
  // check_program.cpp: declarations, names, order of streams
  void CollectNames();
  void CollectStatement(const ast::Statement& statement);
  void CollectEvent(const ast::EventDecl& event);
  // Fields of a declared event, those of its bases first; nothing if a base is unknown or the bases
  // form a circle.
  using EventFields = std::optional<std::vector<ShapeField>>;
  const EventFields& FieldsOf(const ast::EventDecl& event);
  void AddOwnFields(const ast::EventDecl& event, std::vector<ShapeField>& fields);
  void CollectVariable(const ast::VariableDecl& variable);
  void CollectAssignment(const ast::AssignStatement& assign);
  void CheckLoad();
  void CheckGlobal(const ast::VariableDecl& variable);

  // check_type.cpp
  void CheckTypes();
  ir::Type FieldType(const ast::TypeRef& type);
  ir::Type DeclaredType(const ast::TypeDecl& type);

  // check_connector.cpp: declarations and config blocks
  enum class Words { AreText, AreNames };  // what a bare name is that no constant has
  void CheckConnectors();
  void CheckConfigs();
  std::vector<ir::ConfigItem> CheckConfigItems(const std::vector<ast::ConfigItem>& items);
  std::optional<ir::ConfigValue> ConstantValue(const ast::Expr& written,
                                               const std::string& parameter, Words words);
  std::optional<ir::ConfigValue> ConstantValue(const ast::ConfigValue& written,
                                               const std::string& parameter);
  void CheckDeclaredParameters(const ast::ConnectorDecl& decl, const ir::ConnectorKind& kind,
                               const TypedConnector& connector);
  void CheckRequired(const ast::ConnectorDecl& decl, const ir::ConnectorKind& kind,
                     const TypedConnector& connector);
  const ir::ConnectorParameter* CheckParameterName(const ast::Identifier& name,
                                                   const ir::ConnectorKind& kind);
  void CheckParameterValue(const ir::ConnectorParameter& parameter, const ir::ConfigValue& value,
                           SourceSpan span);
  void ReportUnknownKind(const ast::Identifier& kind);
  void ReportSecondParameter(const ast::Identifier& name, SourceSpan first);

  // check_binding.cpp: .from and .to
  void CheckFrom(const ast::ConnectorSource& source, TypedStream& stream);
  std::optional<uint32_t> ConnectorNamed(const std::string& name, SourceSpan span,
                                         ir::ConnectorSides side);
  std::vector<ir::ConfigItem> CheckBindingParameters(
      const std::vector<const ast::Argument*>& arguments, uint32_t connector,
      ir::ConnectorSides side);
  void ReportWrongSide(const ast::Identifier& name, const ir::ConnectorParameter& parameter,
                       uint32_t connector, ir::ConnectorSides side);
  // Not known before the event is.
  bool ReadsEvent(const ast::Expr& expr) const;
  bool IsText(const ast::Expr& expr) const;

  // check_context.cpp
  void CollectContext(const ast::ContextDecl& context);
  std::optional<uint32_t> ContextNamed(const ast::Argument& argument) const;
  void AssignContexts();
  std::optional<uint32_t> CheckContextOperator(const ast::StreamOp& op);
  bool Sees(uint32_t reader, uint32_t stream) const;
  // The rows of a stream as its reader sees them.
  SourceRoot StreamRoot(uint32_t reader, uint32_t stream) const;

  std::vector<uint32_t> OrderStreams();
  std::vector<std::pair<std::string, SourceSpan>> SourceNames(const ast::StreamDecl& stream) const;
  std::vector<uint32_t> UpstreamOf(uint32_t stream) const;
  void CollectEmitters();
  std::optional<uint32_t> StreamNamed(const std::string& name, uint32_t reader) const;

  // check_source.cpp: what a stream reads
  uint64_t PartsOf(const TypedExpr& expr);
  void LimitConditions(std::vector<SourceRoot>& roots, const ast::Identifier& name);
  std::vector<SourceRoot> ResolveSource(const ast::Identifier& name, uint32_t reader);
  RowShape ShapeOf(const std::vector<SourceRoot>& roots, const std::string& name) const;
  uint32_t EventTypeIndex(const ast::Identifier& name, uint32_t reader);
  void CheckStreamSource(const ast::StreamDecl& decl, TypedStream& stream, Scope& scope);
  void CheckMerge(const ast::MergeSource& merge, TypedStream& stream);
  void CheckTimer(const ast::TimerSource& source, TypedStream& stream);
  // The constant duration that a timer is given, `least` or more; nothing, reported, if it is none.
  std::optional<DurationNs> TimerDuration(const ast::Expr& written, const char* what,
                                          DurationNs least);

  // check_stream.cpp: operators
  void CheckStream(uint32_t index);
  struct Position {  // where in the stream's chain we are
    Scope scope;
    RowShape shape;               // of the current row
    std::vector<NamedItem> keys;  // partition_by so far
    SourceSpan keys_span;
    Window window;
    SourceSpan window_span;
    bool has_window = false;
    bool window_open = false;  // nothing has been said yet of what becomes of its rows
    bool has_batches = false;  // rows come as batches of a window
    bool no_batches = false;   // there is a window, but rows of other origin come in between
    bool has_aggregate = false;
    // Some operator made rows of its own, or let rows pass by more than a condition.
    bool changed_rows = false;
    bool after_pattern = false;
    bool after_fork = false;  // directly: the place of a combiner
    RowShape fork_input;      // of the rows that entered that fork
  };
  void CheckOperator(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckWhere(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckSelect(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckEmit(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckPrint(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckTo(const ast::StreamOp& op, TypedStream& stream, Position& at);  // check_binding.cpp
  void CheckComputedTopic(const ast::Argument& argument, uint32_t connector, Position& at,
                          ToOp& to);
  void SetRow(Position& at, RowShape shape);
  // The row as its readers see it: of a match that is its no-emit form.
  static RowShape OutputShape(const TypedStream& stream, const Position& at);

  // check_row_operator.cpp, check_observer.cpp, check_fork.cpp: operators without a window. False if
  // `op` is none of them.
  bool CheckRowOperator(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckLimit(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckFirst(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckDistinct(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckMap(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckConcurrent(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckOnError(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckErrorHandler(const ast::LambdaExpr& lambda, SourceSpan span, TypedStream& stream,
                         Position& at);
  void CheckLog(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void SetLevel(TypedExprPtr value, LogOp& log);
  void CheckTap(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckGauge(const ast::StreamOp& op, const ast::Argument* value, const Position& at,
                  TapOp& tap);
  void CheckLabels(const ast::Argument& labels, const Position& at, TapOp& tap);
  void CheckFork(const ast::StreamOp& op, TypedStream& stream, Position& at);
  Position CheckForkPath(const ast::Argument& argument, TypedStream& stream, const Position& at,
                         ForkOp& fork);
  void CheckCombiner(const ast::StreamOp& op, TypedStream& stream, Position& at);
  bool EmittedInPath(const std::string& event_type) const;
  // The value of the lambda with its parameter bound to the row; null, reported, if it is none.
  TypedExprPtr ApplyToRow(const ast::StreamOp& op, const ast::Expr& written, const RowShape& shape,
                          const Scope& scope);
  TypedExprPtr FilterCondition(const ast::StreamOp& op, const ast::Expr& written,
                               const RowShape& shape, const Scope& scope);
  // The positive integer literal that an operator is given; nothing, reported, if it is none.
  std::optional<int64_t> PositiveInt(const ast::Expr& expr, const std::string& what);
  // The text literal of a parameter; nothing, reported, if it is none.
  std::optional<std::string> TextParameter(const ast::Argument& argument, const std::string& what);

  // check_window.cpp
  void CheckPartitionBy(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckWindow(const ast::StreamOp& op, TypedStream& stream, Position& at);
  static std::vector<NamedItem> KeysOf(const TypedStream& stream, const Position& at);
  std::optional<Window> WindowOf(const ast::StreamOp& op);
  std::optional<int64_t> WindowExtent(const ast::Expr& written, const char* what, bool rows_too,
                                      bool& is_rows);
  bool CheckPolicy(const ast::Argument& argument, Window& window);
  // The rows of the window go on one by one, whatever comes now.
  void OpenBatch(TypedStream& stream, Position& at);

  // check_time.cpp
  void CheckTimeBounds(const ast::StreamDecl& decl, TypedStream& stream);
  std::optional<DurationNs> CheckWatermark(const ast::StreamOp& op);
  std::optional<DurationNs> CheckLateness(const ast::StreamOp& op);
  std::optional<DurationNs> WaitingTime(const ast::Expr& written);
  void LimitOverlap(const ast::StreamDecl& decl, const std::vector<TypedOperator>& operators);

  // check_aggregate.cpp
  void CheckAggregate(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckAggregateItem(const ast::Argument& argument, const Scope& scope, AggregateOp& aggregate,
                          RowShape& shape);
  Window GroupsOf(const TypedStream& stream, Position& at);
  bool NeedsBatches(const ast::StreamOp& op, const Position& at);
  void CheckOrderBy(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckCollect(const ast::StreamOp& op, TypedStream& stream, Position& at);
  bool CheckUnknownAggregate(const std::string& name, SourceSpan span, const ast::Argument& item);

  // check_pattern.cpp
  void CheckPatternStream(const ast::StreamDecl& decl, TypedStream& stream, Position& at);
  bool ReadPatternForm(const ast::StreamDecl& decl, PatternForm& form,
                       std::vector<const ast::StreamOp*>& after);
  bool ReadArrows(const ast::StreamDecl& decl, PatternForm& form,
                  std::vector<const ast::StreamOp*>& after);
  bool ReadShortPattern(const ast::StreamDecl& decl, PatternForm& form,
                        std::vector<const ast::StreamOp*>& after);
  void CheckPatternForm(const ast::StreamDecl& decl, const PatternForm& form,
                        TypedPattern& pattern);
  void CheckPatternBounds(const ast::StreamDecl& decl,
                          const std::vector<const ast::StreamOp*>& after, TypedPattern& pattern,
                          Position& at);
  void CheckPatternKey(const ast::Expr& key, TypedPattern& pattern, Position& at);
  void CheckComputedKey(const ast::Expr& key, TypedPattern& pattern);
  void CheckDials(const std::vector<const ast::StreamOp*>& after, TypedPattern& pattern);
  void CheckAny(const ast::StreamOp& selection, const ast::StreamOp* emission,
                const TypedPattern& pattern);
  static void SetClosureModes(TypedPattern& pattern, std::optional<ir::ClosureMode> asked);
  static void SetMatchScope(const TypedStream& stream, Position& at);
  void MoveEqualities(TypedStream& stream, const std::vector<TypedExprPtr>& conjuncts,
                      std::vector<TypedExprPtr>& rest);

  // check_trend.cpp
  void CheckTrendAggregate(const ast::StreamOp& op, TypedStream& stream, Position& at);
  bool CheckTrendPlace(const ast::StreamOp& op, const TypedStream& stream, const Position& at);
  bool CheckTrendPattern(const ast::StreamOp& op, const TypedPattern& pattern);
  void CheckTrendItem(const ast::Argument& argument, const TypedPattern& pattern,
                      TypedTrend& trend);
  bool CheckTrendFunction(const ast::Argument& argument, const TypedPattern& pattern,
                          TrendItem& item);
  bool CheckTrendAlias(const ast::Expr& argument, const TypedPattern& pattern, TrendItem& item);
  bool CheckTrendField(const ast::Expr& argument, const TypedPattern& pattern, TrendItem& item);
  std::optional<uint32_t> TrendStep(const ast::Expr& argument, const TypedPattern& pattern);
  static RowShape TrendShape(const TypedStream& stream);
  void ReportTrend(SourceSpan span, std::string message, std::string help);

  // check_forecast.cpp
  void CheckForecast(const ast::StreamOp& op, const TypedStream& stream, const Position& at);
  void CheckForecastParameter(const ast::Argument& argument);

  // check_join.cpp
  void CheckJoinStream(const ast::StreamDecl& decl, TypedStream& stream, Position& at);
  static RowShape JoinedShape(const TypedJoin& join, const std::string& name);
  bool CheckJoin(const ast::StreamDecl& decl, TypedStream& stream, Position& at);
  TypedStep ResolveSide(const ast::Branch& branch, uint32_t reader);
  static void SetJoinScope(const TypedStream& stream, Position& at);
  bool ResolveSides(const ast::JoinSource& source, uint32_t reader, TypedJoin& join);
  void CheckJoinKeys(const ast::JoinSource& source, SourceSpan span, const TypedJoin& join);
  static bool AddJoinKey(const TypedExpr& conjunct, TypedJoin& join);
  void CheckJoinCondition(const ast::Expr& written, TypedStream& stream, Position& at);
  void CheckJoinWindow(const ast::StreamOp& op, TypedStream& stream);
  TypedExprPtr ReadJoined(const TypedJoin& join, const std::string& name, SourceSpan span);

  // check_step.cpp
  TypedStep ResolveStep(const WrittenStep& written, uint32_t reader);
  static Scope StepScope(uint32_t step, const PatternForm& form, const TypedPattern& pattern);
  void CheckStep(uint32_t index, PatternForm& form, TypedPattern& pattern);
  void AddMonotony(uint32_t index, const PatternForm& form, TypedPattern& pattern);
  static TypedExprPtr NumberTest(const TypedExprPtr& value);
  void WarnOfClosures(PatternForm& form, const TypedPattern& pattern);

  // check_function.cpp
  struct Lifted {
    uint32_t function;
    std::vector<TypedExprPtr> captures;
  };
  void CollectFunction(const ast::FunctionDecl& function);
  void DeclareFunctions();
  void CheckFunctions();
  void CheckFunction(const FunctionInfo& info);
  static TypedExprPtr ReadLocal(const FunctionScope& function, uint32_t local, SourceSpan span);
  static TypedExprPtr Capture(FunctionScope& lambda, TypedExprPtr value);
  static bool IsAlias(const std::string& name, const Scope& scope);
  static bool MayEmit(const Scope& scope);
  TypedExprPtr NameInFunction(const ast::NameExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr ReadHidden(const std::string& name, SourceSpan span, const Scope& s);
  TypedExprPtr EventTimeCall(const std::string& name, SourceSpan span, const Scope& s);
  TypedExprPtr LambdaAsValue(SourceSpan span);
  std::optional<Lifted> Lift(const ast::LambdaExpr& lambda, SourceSpan span, const Scope& s);
  const ast::LambdaExpr* LambdaNamed(const std::string& name, const Scope& s) const;
  TypedExprPtr CheckEach(const std::string& name, SourceSpan name_span, TypedExprPtr array,
                         const ast::Expr& second, const ast::Expr& e, const Scope& s);
  TypedExprPtr CallLambda(const ast::LambdaExpr& lambda, const ast::CallExpr& call,
                          const std::string& name, const ast::Expr& e, const Scope& s);
  TypedExprPtr CallFunction(const FunctionInfo& info, const ast::CallExpr& call, const ast::Expr& e,
                            const Scope& s);
  bool CheckArgument(const ast::Parameter& parameter, ir::Type type, const TypedExprPtr& value);

  // check_statement.cpp
  TypedBlock CheckBlock(const ast::Block& block, Scope& s);
  void CheckLoadStatement(const ast::Statement& statement);
  void CheckInitialiser(ir::Type type, const TypedExprPtr& value);
  void CheckConstant(const ast::VariableDecl& n, const TypedExprPtr& value);
  uint32_t CollectedType(const std::string& name);
  void NotHere(SourceSpan span, const std::string& what, const std::string& help);
  void NoDeclaration(SourceSpan span);
  void CheckStatement(const ast::VariableDecl& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::AssignStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::IfStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::ForStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::WhileStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::ReturnStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::BreakStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::ContinueStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::EmitStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  void CheckStatement(const ast::ExpressionStatement& n, const ast::Statement& at, Scope& s,
                      TypedBlock& out);
  template <typename Declaration>
  void CheckStatement(const Declaration&, const ast::Statement& at, Scope&, TypedBlock&) {
    NoDeclaration(at.span);
  }

  // check_process.cpp
  void CheckPatternOperator(const ast::StreamOp& op, TypedStream& stream, Position& at);
  void CheckProcess(const ast::StreamOp& op, TypedStream& stream, Position& at);

  // order.cpp
  void MarkOrdered();
  void FindSerialReason();

  // check_expr.cpp, check_name.cpp, check_call.cpp, check_aggregate_call.cpp
  TypedExprPtr CheckExpr(const ast::Expr& expr, const Scope& scope);
  TypedExprPtr CheckCondition(const ast::Expr& expr, const Scope& scope);
  TypedExprPtr Check(const ast::NullLiteral&, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::BoolLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::IntLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::FloatLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::StringLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::DurationLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::TimestampLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::ArrayLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::MapLiteral& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::NameExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::MemberExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::IndexExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::SliceExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::CallExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::UnaryExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::ArithExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::CompareExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::IsExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::LogicalExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::CoalesceExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::RangeExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::IfExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr Check(const ast::LambdaExpr& n, const ast::Expr& e, const Scope& s);
  TypedExprPtr CheckBuiltin(const std::string& name, SourceSpan name_span,
                            std::vector<TypedExprPtr> args, const ast::Expr& e);
  TypedExprPtr CheckAggregateCall(const std::string& name, SourceSpan name_span,
                                  const ast::CallExpr& call, const ast::Expr& e, const Scope& s);
  TypedExprPtr AggregateParameter(const std::string& name, const ast::Expr& written);
  TypedExprPtr ReadGlobal(const std::string& name, SourceSpan span);
  TypedExprPtr CountElements(const Scope::Alias& closure, SourceSpan span);
  TypedExprPtr ElementsOf(const ast::Expr& expr, const Scope& s);
  TypedExprPtr CallOnElements(const std::string& name, const ast::CallExpr& n, const ast::Expr& e,
                              const Scope& s);
  TypedExprPtr UnknownName(const std::string& name, SourceSpan span, const Scope& s);
  TypedExprPtr ReadField(const RowShape& shape, const std::string& name, uint32_t input,
                         SourceSpan span);
  TypedExprPtr Arithmetic(TypedOp op, TypedExprPtr a, TypedExprPtr b, SourceSpan span);
  TypedExprPtr Compared(TypedOp op, TypedExprPtr a, TypedExprPtr b, SourceSpan span);
  std::optional<int64_t> ConstantDuration(const ast::Expr& expr, const Scope& scope);

  void CheckRegexes();
  // note_names.cpp: what a name means, for CheckOptions::names. Nothing is done if there is none.
  void Note(NameKind kind, SourceSpan span, const std::string& name, SourceSpan declared,
            ir::Type type = ir::Type::Any);
  void NoteSame(SourceSpan a, SourceSpan b) const;
  void NoteDeclared(NameKind kind, const char* space, const ast::Identifier& name);
  void NoteSource(const ast::Identifier& name, uint32_t reader);
  void NotePatterns();
  void NoteField(const RowShape& shape, const std::string& name, SourceSpan span);
  void NoteEmit(const ast::StreamOp& op);
  void NoteKey(const ast::Expr& key, const TypedPattern& pattern);
  void NoteVariable(const std::string& name, SourceSpan span, const Scope& scope);
  void NoteName(const ast::NameExpr& n, SourceSpan span, const Scope& s);
  void NoteMember(const ast::MemberExpr& n, const Scope& s);
  void NoteCall(const ast::CallExpr& n, const Scope& s);
  void NoteExpression(const ast::Expr& expr, const Scope& s, const TypedExprPtr& typed);
  void NoteVisible(const ast::Expr& expr, const Scope& s, const TypedExprPtr& typed);

  // Reporting.
  void Report(DiagnosticKind kind, SourceSpan span, std::string message, std::string help = {},
              std::string label = {}, std::vector<diagnostics::Label> related = {});
  void NotAvailable(SourceSpan span, const std::string& what);
  static std::string DidYouMean(const std::string& closest) {
    return closest.empty() ? std::string() : "did you mean `" + closest + "`?";
  }

  const ast::Program& ast_;
  diagnostics::DiagnosticEmitter& diagnostics_;
  const CheckOptions& options_;
  TypedProgram program_;

  std::map<std::string, const ast::EventDecl*> event_decls_;
  std::unordered_map<const ast::EventDecl*, EventFields> event_fields_;
  std::map<std::string, uint32_t> event_index_;
  std::map<std::string, uint32_t> stream_index_;
  std::map<std::string, const ast::PatternDecl*> patterns_;
  std::map<std::string, const ast::TypeDecl*> types_;
  std::map<std::string, Global> globals_;
  std::set<uint32_t> constants_;  // globals that are `const`
  std::map<std::string, FunctionInfo> functions_;
  std::map<std::string, std::set<std::string>> emitted_fields_;  // by type of `emit` statements
  int lambda_count_ = 0;
  int lambda_depth_ = 0;
  std::map<std::string, SourceSpan> declared_;  // "event Login" and so on, for duplicates
  std::map<std::string, uint32_t> connector_index_;
  std::map<std::string, uint32_t> context_index_;
  std::vector<const ast::StreamDecl*> stream_decls_;
  // Streams that `.emit as` a type, in declaration order; and those checked so far, in that order.
  std::unordered_map<std::string, std::vector<uint32_t>> emitters_;
  std::unordered_map<std::string, std::vector<uint32_t>> checked_emitters_;
  diagnostics::NameIndex source_names_;  // events and streams
  std::set<std::string> unknown_types_reported_;
  // Literal regular expressions by pattern, with the places where they are used.
  std::unordered_map<std::string, std::vector<SourceSpan>> regexes_;
  std::vector<const ast::ConnectorDecl*> connector_decls_;  // parallel to those of the program
  std::map<const ast::TypeDecl*, ir::Type> declared_types_;
  std::set<const ast::TypeDecl*> open_types_;  // on the way to the type at hand
  // Sizes of conditions as trees; the program keeps the expressions alive.
  std::unordered_map<const TypedExpr*, uint64_t> parts_;
};

// Where the name of a bare `f` or `a.f` stands; the whole of any other expression.
SourceSpan BareSpan(const ast::Expr& expr);

// A literal or operator node.
std::shared_ptr<TypedExpr> MakeExpr(TypedOp op, ir::Type type, SourceSpan span,
                                    std::vector<TypedExprPtr> args = {});

}  // namespace varpulis::sema
