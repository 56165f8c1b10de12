#pragma once

// Every bound of the engine by name, with what happens when it is reached.

#include <cstddef>
#include <cstdint>

namespace varpulis::limits {

// Program text, imported files included. A longer one is refused with E065.
inline constexpr size_t kMaxProgramBytes = 32u << 20;
// A loop over a literal range at the top level is repeated as text: how often, how deep in each
// other, and into how many lines all of them together (those with a loop of their own count each time
// that they are repeated). More is E035, as is text beyond kMaxProgramBytes.
inline constexpr uint64_t kMaxLoopRepetitions = 10'000;
inline constexpr size_t kMaxLoopNesting = 10;
inline constexpr uint64_t kMaxExpandedLines = 100'000;
// Imports that lead from a program to a file; more is E036.
inline constexpr size_t kMaxImportDepth = 10;
// Bracket nesting in a program; deeper is E000.
inline constexpr int kMaxProgramNesting = 256;
// Arithmetic operators around a part of an expression, those in a row included: they nest behind the
// parser. Chains of `and` and `or` do not, and have no bound.
inline constexpr int kMaxNestedOperators = 1000;
// One message of an editor; a longer one is skipped and answered with an error.
inline constexpr size_t kMaxLspMessageBytes = 128u << 20;
// A text that an editor has open; a longer one is closed.
inline constexpr size_t kMaxEditedBytes = 64u << 20;
// Diagnostics of one severity kept per compilation; further ones are counted only.
inline constexpr size_t kMaxDiagnostics = 1000;
// Names compared for "did you mean" per list of names; after that nothing is suggested.
inline constexpr size_t kMaxNameComparisons = 100'000'000;

// Rows per batch: keeps the columns of a batch inside the L2 cache.
inline constexpr uint32_t kBatchRows = 4096;
// Depth of nested arrays and objects in an event; deeper is a malformed event.
inline constexpr int kMaxEventNesting = 32;
// Longest event line in bytes; a longer one is a malformed event.
inline constexpr size_t kMaxEventLineBytes = 1u << 20;
// Elements of one array value; further elements are a malformed event.
inline constexpr size_t kMaxArrayElements = 10'000;
// Fields of one event; more are a malformed event.
inline constexpr size_t kMaxEventFields = 1024;
// Bytes of one string value; longer ones are cut at a character boundary and counted.
inline constexpr size_t kMaxStringBytes = 256u << 10;
// Values inside one value that becomes an element; more is an evaluation error of kind Limit.
inline constexpr uint64_t kMaxNestedValues = 1'000'000;
// Parts of the conditions under which a stream that only filters and merges passes an event, each
// counted as often as it is evaluated; more is E065.
inline constexpr uint64_t kMaxConditionParts = 100'000;
// Elements that a range or range() may have as a value; more gives no value.
inline constexpr int64_t kMaxRangeElements = 10'000'000;

// Calls of user functions inside each other; a deeper one has no value and is an error of kind Limit.
inline constexpr int kMaxCallDepth = 256;
// Stack that nested calls may use, whatever their depth; more counts as too deep.
inline constexpr size_t kMaxCallStackBytes = 4u << 20;
// Rounds of loops and calls of functions that the evaluation of one kernel for one event may take, those
// of the functions that it calls included; more end the loop, or the call has no value, with an
// error of kind Limit.
inline constexpr int64_t kMaxWork = 10'000'000;
// What a call takes of it; a round takes one.
inline constexpr int64_t kWorkOfCall = 10;
// Fields of the event that a function may read without having them as parameters; more is E065.
inline constexpr size_t kMaxHiddenParameters = 256;
// Lambdas of a program, counted as often as they are used; more is E065.
inline constexpr int kMaxLambdas = 10'000;
// Text that the compiler computes; what would be longer is left to the run time.
inline constexpr size_t kMaxFoldedBytes = 64u << 10;
// Rounds of one `while` statement; more end the loop with an error of kind Limit.
inline constexpr int64_t kMaxWhileRounds = 1'000'000;
// Blocks of statements inside each other; deeper is E065.
inline constexpr int kMaxNestedBlocks = 64;
// Events that one evaluation of `.process` may emit; further ones are errors of kind Limit.
inline constexpr size_t kMaxCollectedEvents = 100'000;

// Open runs per pattern, partition and value of the linking key; a further one is dropped, counted.
inline constexpr uint32_t kMaxRunsPerKey = 10'000;
// Open runs per pattern in all; a further one is dropped and counted.
inline constexpr uint32_t kMaxRunsPerPattern = 10'000'000;
// Elements of a closure that a run holds (decision D28); fewer where all subsets are asked for.
inline constexpr uint32_t kMaxClosureElements = 10'000;
inline constexpr uint32_t kMaxSubsetElements = 20;
// Choices of closures that are tried when one run completes.
inline constexpr uint32_t kMaxMatchesPerCompletion = 10'000;
// Ways through a pattern that its ORs make, and states of its automaton.
inline constexpr size_t kMaxPatternAlternatives = 64;
inline constexpr size_t kMaxPatternStates = 4096;
// Rows that one side of a join holds; further ones find partners, but are none.
inline constexpr uint32_t kMaxJoinRows = 10'000'000;
// Events that a forecast learns from before it speaks, and how far back it looks; more is E083.
inline constexpr int64_t kMaxForecastWarmup = 1'000'000'000;
inline constexpr int64_t kMaxForecastDepth = 10;
// Contexts that a model of a forecast keeps, and symbols that it tells apart: longer contexts are not learnt,
// further symbols count as `other`.
inline constexpr uint32_t kMaxForecastNodes = 4'096;
inline constexpr size_t kMaxForecastSymbols = 64;
// Partitions with a model of their own, per stream of forecasts and shard; for a further one the model that
// has had no event for the longest time is forgotten, counted.
inline constexpr uint32_t kMaxForecastPartitions = 10'000;
// Vertices that one stream of trends keeps, and its open windows. An event that would need another one is
// left out of the trends, or opens no window: an error of kind Limit, and counted.
inline constexpr uint32_t kMaxTrendVertices = 1'000'000;
inline constexpr uint32_t kMaxTrendWindows = 10'000'000;
// Events of a count window.
inline constexpr int64_t kMaxCountWindow = 10'000'000;
// Rows or values that windows keep one by one: per window operator, and per accumulator that needs all
// of its values. A further one is not kept, and is an error of kind Limit.
inline constexpr int64_t kMaxHeldRows = 10'000'000;
// Windows of a grid that slide over one time; more is E062.
inline constexpr int64_t kMaxOverlappingWindows = 10'000;
// Rows that the reorder buffer of one stream holds; with a further one the oldest goes on early, counted.
inline constexpr size_t kMaxReorderedRows = 1'000'000;
// Bytes of one value that a record, a collection or a reorder buffer keeps, with what two places share
// counted twice; a larger one is not kept, and is an error of kind Limit.
inline constexpr uint64_t kMaxOwnedBytes = 64u << 20;
// Values of one collect(); further ones are left out, each an error of kind Limit.
inline constexpr size_t kMaxCollected = 10'000;
// Sides of one join; more is E062.
inline constexpr size_t kMaxJoinSides = 16;
// Rows that windows put out, and bytes of values made, after which both are given back between two
// events, not only after the batch.
inline constexpr size_t kMaxDerivedRows = 100'000;
inline constexpr size_t kMaxDerivedBytes = 64u << 20;
// Keys that a .distinct remembers, the most recently seen ones; older ones are forgotten.
inline constexpr uint32_t kMaxDistinctKeys = 100'000;
// Label sets of one .tap; rows with further ones are counted under `_other` in every label.
inline constexpr size_t kMaxLabelSets = 1'000;
// How long a lookup of .enrich may take if the program does not say, the most that it may say, and how
// long an answer may be remembered. More is E083.
inline constexpr int64_t kLookupTimeout = 5'000'000'000;
inline constexpr int64_t kMaxLookupTimeout = 3'600'000'000'000;
inline constexpr int64_t kMaxCacheTtl = 366LL * 86'400 * 1'000'000'000;
// Lookups of one connector that are under way at once; further ones wait for their turn.
inline constexpr size_t kMaxLookupsInFlight = 32;
// Bytes of one answer; a longer one is an error.
inline constexpr size_t kMaxAnswerBytes = 256u << 10;
// Lookups that one .enrich asks ahead and has not used yet; further ones are asked when these are used.
inline constexpr size_t kMaxAskedAhead = 1024;
// Answers that one .enrich remembers, and their bytes; with more, those that have expired and the oldest
// tenth are forgotten.
inline constexpr size_t kMaxCachedAnswers = 100'000;
inline constexpr size_t kMaxCachedAnswerBytes = 256u << 20;
// Failed lookups of one .enrich that are logged one by one; all are counted.
inline constexpr uint64_t kMaxLoggedLookups = 10;
// Messages that wait for one webhook; a further one is dropped and counted. How long one may take, and all
// that are left at the end together.
inline constexpr size_t kMaxQueuedAlerts = 1'000;
inline constexpr int64_t kAlertTimeout = 5'000'000'000;
inline constexpr int64_t kAlertDrainTime = 10'000'000'000;
// Failed messages of one webhook that are logged one by one; all are counted.
inline constexpr uint64_t kMaxLoggedAlerts = 10;
// Checkpoints kept in a folder, the newest ones; with a further one the oldest is removed.
inline constexpr size_t kKeptCheckpoints = 3;
// Bytes of a checkpoint file, and sections in it; a larger one is refused when it is read.
inline constexpr uint64_t kMaxCheckpointBytes = 16ull << 30;
inline constexpr uint64_t kMaxCheckpointSections = 10'000'000;
// Input files whose position a checkpoint remembers; of more the one read first is forgotten.
inline constexpr size_t kMaxInputPositions = 10'000;
// Elements of one closure in a run that is restored; more is a damaged checkpoint.
inline constexpr int64_t kMaxRestoredElements = 100'000'000;
// Compiled regular expressions that come from data, per pipeline; the oldest is evicted.
inline constexpr size_t kMaxCachedRegexes = 256;

// --- the server ---------------------------------------------------------------------------------

// Events of one request that are refused and told one by one; further ones are counted only.
inline constexpr size_t kMaxReportedRefusals = 100;
// Event types that a pipeline counts by name; further ones are counted as `_other` (decision E13).
inline constexpr uint32_t kMaxCountedTypes = 1'000;
// Tenants; a further one is refused.
inline constexpr size_t kMaxTenants = 10'000;
// Addresses whose rate of requests is remembered; the one not seen for longest is forgotten.
inline constexpr size_t kMaxRateAddresses = 10'000;

// Events that wait for one pipeline, unless it is configured otherwise, and the bytes of their requests.
// At either a further request is refused with `queue_full`.
inline constexpr uint64_t kMaxQueuedEvents = 50'000;
inline constexpr size_t kMaxQueuedBytes = 256u << 20;
// Outputs of one pipeline that readers of its log may fall behind; older ones are skipped, and they are told.
inline constexpr size_t kLoggedOutputs = 256;
// Outputs, and their bytes, in the answer to one request; further ones are left out of it (decision E10).
inline constexpr size_t kMaxAnsweredOutputs = 10'000;
inline constexpr size_t kMaxAnsweredBytes = 16u << 20;
// Idempotency keys of one pipeline; of further ones the oldest is forgotten. A longer key is refused.
inline constexpr size_t kMaxIdempotencyKeys = 65'536;
inline constexpr size_t kMaxIdempotencyKeyBytes = 256;
// Programs that wait for being compiled or validated; a further one is refused with `queue_full`.
inline constexpr size_t kMaxWaitingBuilds = 64;
// Series of deleted pipelines that stay in the metrics by name; further ones are added up as `_other`.
inline constexpr size_t kMaxRetiredSeries = 10'000;
// Bytes of the name of a pipeline or tenant; a longer one is refused.
inline constexpr size_t kMaxNameBytes = 256;

// Of HTTP requests (operations.md 4.1.4): header block, URL, body of ordinary routes and of those that
// take batches. More is 431, 414, 413.
inline constexpr uint32_t kMaxHeaderBytes = 16u << 10;
inline constexpr size_t kMaxUrlBytes = 8u << 10;
inline constexpr uint64_t kMaxBodyBytes = 1u << 20;
inline constexpr uint64_t kMaxBatchBodyBytes = 16u << 20;
// Open connections; with a further one the listener waits until one is closed.
inline constexpr size_t kMaxConnections = 4'096;
// What is read of a body that is refused before the connection is closed.
inline constexpr size_t kMaxDrainedBytes = 1u << 20;

}  // namespace varpulis::limits
