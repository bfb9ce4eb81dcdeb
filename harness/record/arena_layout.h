#pragma once

// What the shared arena looks like from both sides. Plain structs of fixed size: the host writes them while the program
// runs, the supervisor reads them when it has ended, however it ended. See docs/recording.md.
//
// Everything is addressed by offset from the arena's start or by index into a table. A table only grows; its count is
// stored with release order after the entries it covers, so a reader always sees a consistent prefix. A reader must
// still doubt every value: a crashing program may have scribbled here.

#include <sys/resource.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "harness/base/clock.h"
#include "harness/record/log_histogram.h"

namespace pyharness {

inline constexpr std::uint64_t kArenaMagic = 0x3173736E72616870;    // "pharnss1"
inline constexpr std::uint64_t kProcessMagic = 0x31636F7270686870;  // "phhproc1"
inline constexpr std::uint32_t kLayoutVersion = 3;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::uint32_t kNoIndex = 0xFFFFFFFF;

/// `bytes` rounded up.
constexpr std::size_t whole_pages(std::size_t bytes) { return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes; }

/// The arena takes at most one part in so many of the address space that a process is allowed.
inline constexpr std::size_t kShareOfAddressSpace = 4;

using Offset = std::uint64_t;  // from the arena's first byte; 0 is nothing

inline constexpr std::size_t kKilledSlots = 256;
inline constexpr std::size_t kFreeClasses = 20;  // extents of one page to 2 GiB

/// The run as a whole, as the supervisor sees it; written by nobody else.
struct RunState {
  std::uint32_t supervisor_pid;
  std::uint32_t host_pid;  // 0 until it is started
  ClockPair began;         // just before the host was started
  /// Moments at which it still ran, in a file that is kept: entry (beats - 1) % 2 is the last one.
  ClockPair seen[2];
  std::atomic<std::uint32_t> beats;

  std::atomic<std::uint32_t> ended;  // 1 when what follows is written
  std::int32_t exit_status;          // -1 where there is none
  std::int32_t signal;               // likewise
  ClockPair ended_at;
  rusage usage;  // of the host and the children that it waited for
  std::uint64_t children_user_ns;
  std::uint64_t children_system_ns;
};

/// What Linux is to call a process whose host finds no better name than its own file's. By process id modulo their
/// number; written by whoever starts it, and taken by it.
struct ProcessName {
  std::atomic<std::uint32_t> pid;  // 0: nobody's
  char name[16];                   // as long as Linux has them, with a 0 at the end
};
inline constexpr std::size_t kProcessNames = 256;

struct ArenaHeader {
  std::uint64_t magic;
  std::uint32_t layout_version;
  std::uint32_t clock_source;  // ClockSource
  std::uint64_t bytes;         // of the whole arena
  Offset plan;                 // the HostPlan as CBOR
  std::uint64_t plan_bytes;
  Offset context;  // the RunContext as CBOR
  std::uint64_t context_bytes;
  std::uint64_t run_id;         // random: which arena this is
  std::uint64_t pid_namespace;  // of the supervisor; see own_pid_namespace()
  std::uint32_t descriptor;     // of the supervisor, by which it holds the arena open
  std::atomic<std::uint32_t> processes_begun;
  std::atomic<Offset> next_free;       // page aligned; handed out by fetch_add
  std::atomic<Offset> newest_process;  // list through ProcessArea::previous
  std::atomic<std::uint64_t> refused_bytes;
  RunState run;
  /// What the supervisor has added up of processes that have ended: a count of bytes, and a recording as JSON. 0 where
  /// there are none. A reader that finds `sums_begun` unlike `sums_ended` before, or other than before afterwards,
  /// tries again.
  std::atomic<Offset> ended_processes;
  std::atomic<std::uint32_t> sums_begun;
  std::atomic<std::uint32_t> sums_ended;
  /// Of 2^k pages, given back by the supervisor, each with the page number of the next in its first eight bytes. Here
  /// the page number of the first, 0 for none, and above 32 bits a count of changes, so that a stale one is noticed.
  std::atomic<std::uint64_t> free_extents[kFreeClasses];
  /// Processes that their parents were told to have been ended by a signal: process id, and in the low 32 bits the
  /// signal. At its id modulo their number; a newer one takes the place.
  std::atomic<std::uint64_t> killed[kKilledSlots];
  ProcessName names[kProcessNames];
};

/// One growing table: segment k holds first_capacity << k entries.
struct Table {
  static constexpr std::size_t kSegments = 28;
  std::atomic<std::uint64_t> count;
  std::uint32_t entry_bytes;
  std::uint32_t first_capacity;
  std::atomic<Offset> segments[kSegments];
};

enum class TableKind : std::uint32_t {
  kText,
  kFunctions,
  kLines,
  kThreads,
  kCalls,
  kEdges,
  kCallThreads,
  kSiteText,
  kSites,
  kCount
};

/// What could not be recorded, counted.
enum class Loss : std::uint32_t {
  kArenaFull,        // functions, threads or frames that found no room
  kForeignLine,      // line events with a line that their code does not have
  kProgramTracer,    // times the program put a tracer of its own in the place of ours
  kProgramProfiler,  // likewise a profiler
  kForeignCode,      // functions whose bytecode is not the compiler's, and that the line hooks cannot be woven into
  kBlock,            // blocks that there was no memory to follow
  kCount
};

struct TextRef {
  std::uint32_t begin;   // index into the text table
  std::uint32_t length;  // bytes of UTF-8
};

namespace function_flags {
inline constexpr std::uint32_t kMarked = 1;  // decorated with @profile
}  // namespace function_flags

/// One Python code object, or several alike (same file, name and lines).
struct FunctionEntry {
  TextRef file;  // absolute path, or a label as "<string>"
  TextRef qualified_name;
  std::uint32_t first_line;
  std::uint32_t last_line;
  std::uint32_t first_line_entry;  // index into the lines table
  std::uint32_t line_entries;
  std::atomic<std::uint32_t> flags;
  std::uint32_t engine;     // LineEngine
  std::uint32_t thread;     // the native id of the one whose figures these are; 0: of all
  std::uint32_t hit_cost;   // what our hook takes of a line's time with each hit: picoseconds
  std::uint64_t ticks;      // while it was open on some thread's stack; recursion counts once
  std::uint64_t hook_cost;  // of that, what our hooks took on the same thread: picoseconds
};

enum class LineEngine : std::uint32_t { kTrace, kMonitoring, kInstrumented };

/// Hits and time of one source line of one function, summed over threads or of one.
struct LineEntry {
  std::uint32_t line;
  std::uint32_t function;
  std::uint64_t hits;
  std::uint64_t own_ticks;  // without what other watched functions took that it called
  /// To be added to own_ticks, modulo 2^64: what those took, less what an outer frame's same line has already.
  std::uint64_t other_ticks;
  std::uint64_t hook_cost;  // what our hooks took in those other functions: picoseconds
};

/// Its time, with what it calls; where an outer frame of the thread has the line open, not again.
[[nodiscard]] constexpr std::uint64_t time_ticks(const LineEntry& line) { return line.own_ticks + line.other_ticks; }

namespace frame_flags {
inline constexpr std::uint32_t kBooksLine = 1;  // no outer frame of the thread has the same line open
inline constexpr std::uint32_t kOutermost = 2;  // no outer frame of the thread is of the same function
inline constexpr std::uint32_t kResumed = 4;    // of a generator that goes on
}  // namespace frame_flags

/// A frame that is open on a thread's stack, with the line it is at.
struct OpenFrame {
  std::uint64_t key;             // the host's own, meaningless outside
  std::uint64_t activation;      // likewise; 0 for a frame that is not watched
  std::uint64_t line_since;      // ticks when the open line began, or booking last did
  std::uint64_t function_since;  // ticks when the frame's first line began, or booking last did; 0 before it
  std::uint64_t child_ticks;     // of the open line, in watched frames above that have left
  std::uint64_t line_cost;       // the thread's hook_cost at line_since
  std::uint64_t function_cost;   // and at function_since
  std::uint32_t line_entry;      // index into the lines table, kNoIndex while no line is open
  std::uint32_t flags;           // frame_flags
};

/// What calls cost: of one function, or of one caller and callee.
struct CallFigures {
  std::uint64_t calls;
  std::uint64_t recursive_calls;   // those made while another one was open on the thread
  std::uint64_t self_ticks;        // without callees
  std::uint64_t cumulative_ticks;  // with callees; recursion counts once
};

/// One function that was called: Python code, several code objects alike, or a C function.
struct CallEntry {
  TextRef file;  // absolute path, a label as "<string>", or "~" for a C function
  TextRef name;  // qualified
  std::uint32_t line;
  std::uint32_t reserved;
  CallFigures figures;
};

/// One function as called by another: indices into the table of calls.
struct EdgeEntry {
  std::uint32_t caller;
  std::uint32_t callee;
  CallFigures figures;
};

namespace call_flags {
inline constexpr std::uint32_t kCounted = 1;        // it began while booking was on: it is one of the calls
inline constexpr std::uint32_t kOutermost = 2;      // no other call of its function is open beneath it
inline constexpr std::uint32_t kOutermostPair = 4;  // likewise of its edge
}  // namespace call_flags

/// A call that is open on a thread's stack. Times until now are booked when it ends, or by the reader.
struct OpenCall {
  std::uint64_t since;        // ticks when it began, or booking last did; 0 in the moment before the clock is read
  std::uint64_t child_ticks;  // of that, in calls that it made
  std::uint64_t key;          // the host's own, meaningless outside; so are the next two
  std::uint64_t callee;
  std::uint64_t edge;
  std::uint32_t call_entry;  // index into the table of calls
  std::uint32_t edge_entry;  // index into the table of edges; kNoIndex where nobody called it
  std::uint32_t flags;       // call_flags
  std::uint32_t reserved;
};

/// Blocks of memory that one source line allocated. What every allocation touches is in the first cache line.
struct alignas(64) SiteEntry {
  std::uint64_t live_bytes;
  std::uint64_t live_blocks;
  std::uint64_t total_bytes;
  std::uint64_t total_blocks;
  std::uint64_t temporary_blocks;  // freed before the next one of this site was asked for
  std::uint64_t newest;            // address of the block allocated last, while it lives
  /// Which of the process's peaks the next two belong to. Where that is not the last one, the site has not changed
  /// since the last one, and what was live at the peak is what is live now.
  std::uint64_t settled_peak;
  std::uint64_t peak_bytes;
  std::uint64_t peak_blocks;
  TextRef file;  // in the table of the sites' text: absolute path, a label as "<string>", or "~" for no source line
  TextRef name;  // qualified
  std::uint32_t line;
  std::uint32_t reserved;
};

/// Of all sites of a process.
struct HeapCounters {
  std::uint64_t live_bytes;
  std::uint64_t peak_bytes;
};

/// A named timer: calls of a function, or runs of a block, that have ended.
struct TimerEntry {
  TextRef name;
  std::uint64_t count;
  std::uint64_t total_ticks;
  std::uint64_t min_ticks;
  std::uint64_t max_ticks;
  std::uint64_t cost_ticks;         // what measuring puts into each of them
  std::uint32_t octaves[kOctaves];  // of the histogram: index into the table of octaves, plus 1; 0 while there is none
};

/// A part of a timer's histogram of ticks.
struct TimerOctave {
  std::uint64_t counts[kSubBuckets];
};

/// A timed call that has begun and not ended; reused when it has.
struct OpenTimer {
  std::atomic<std::uint32_t> timer;  // index into the table of timers, plus 1; 0 where none is open here
  std::uint32_t reserved;
  std::uint64_t since;  // ticks; 0 in the moment before the clock is read
  std::uint64_t until;  // of a generator that may have ended unseen while it was suspended: since when. Else 0
};

/// The tables of a process that has timers.
struct TimerArea {
  Table timers;
  Table octaves;
  Table open;
};

enum class ThreadState : std::uint32_t { kFree, kLive, kEnded };

/// One thread's stack of open frames or calls. Reused after the thread has ended.
struct ThreadEntry {
  std::atomic<std::uint32_t> state;  // ThreadState
  std::uint32_t os_id;
  std::atomic<Offset> stack;  // OpenFrame[capacity], in kCallThreads OpenCall[capacity]
  std::uint32_t capacity;
  std::atomic<std::uint32_t> depth;
  std::uint64_t ended_ticks;
  std::uint64_t hook_cost;         // of all hooks on this thread so far, as calibrated: picoseconds
  std::uint64_t calls;             // frames of watched code that began
  std::uint64_t resumptions;       // those of generators that went on
  std::uint64_t unwatched_events;  // that hooks were told of, in code that is not watched
};

inline constexpr std::size_t kGenerations = 3;

struct CollectionCounters {
  std::uint64_t collections;
  std::uint64_t pause_ticks;
  std::uint64_t longest_ticks;
};

/// Pages that belong to one process.
struct Extent {
  Offset offset;
  std::uint64_t pages;
};
inline constexpr std::size_t kMostExtents = 80;

/// How a process came to be.
enum class ProcessStart : std::uint32_t { kHost, kFork, kExec };

namespace process_end {
inline constexpr std::uint32_t kExited = 1U << 16;    // with the exit status in the low bits
inline constexpr std::uint32_t kReplaced = 1U << 17;  // by exec
}  // namespace process_end

/// One process of the program: the host itself, a child forked from it, or a Python that one of them started.
struct ProcessArea {
  std::uint64_t magic;
  std::atomic<Offset> previous;
  std::uint32_t pid;
  std::uint32_t parent_pid;
  ProcessStart start;
  std::atomic<std::uint32_t> end;             // process_end; 0 while it runs, or where nobody saw it end
  TextRef argv;                               // words, each with a 0 after it; empty where it was forked
  std::uint64_t code_begin_ticks;             // Py_RunMain, or the fork
  std::atomic<std::uint64_t> code_end_ticks;  // after the program's atexit handlers; 0 where it never came so far
  std::atomic<std::uint64_t> exit_ticks;      // os._exit or exec; 0 where the process did not end so
  std::atomic<std::uint32_t> paused;          // 1 while booking is off: open lines are not running on
  std::uint32_t elsewhere;         // 1 in another pid namespace than the supervisor's, to whom `pid` is anybody's
  std::uint64_t children_user_ns;  // of children waited for until then
  std::uint64_t children_system_ns;
  CollectionCounters collections[kGenerations];
  HeapCounters heap;
  std::atomic<std::uint64_t> losses[static_cast<std::size_t>(Loss::kCount)];
  Table tables[static_cast<std::size_t>(TableKind::kCount)];
  std::atomic<std::uint32_t> extents_used;  // of those below; beyond them, pages go back with the arena
  /// Forks that have not yet copied what they need of it. One that failed, or was killed before, is counted for good.
  std::atomic<std::uint32_t> forks;
  Extent extents[kMostExtents];
  std::atomic<Offset> timers;  // a TimerArea; 0 where there is none
};
static_assert(sizeof(ProcessArea) <= kPageBytes);

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "the arena is shared between processes");

}  // namespace pyharness
