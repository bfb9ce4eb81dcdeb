#pragma once

#include <unistd.h>

#include <cstdint>
#include <new>

#include "harness/base/clock.h"
#include "harness/record/arena_layout.h"

namespace pyharness {

/// The calling thread's record in a recorder's book: asked for at the thread's first event, given back at its end. One
/// book per process, since CPython gives its hooks no context. Under the interpreter lock, except the end.
template <class Book, Clock C>
class ThreadRecord {
 public:
  using Thread = typename Book::Thread;

  /// `book` is borrowed and must outlive all threads; null gives no records from now on and takes none back.
  static void open(Book* book) noexcept { book_ = book; }

  /// Null where the thread gets none: the arena is full, the thread is ending, or no book is open.
  static Thread* get() noexcept { return thread_ != nullptr ? thread_ : mine_.begin(); }
  /// Null where it has none so far.
  [[nodiscard]] static Thread* known() noexcept { return thread_; }

 private:
  ~ThreadRecord() {
    if (thread_ != nullptr && book_ != nullptr) Book::end_thread(*thread_, C::now());
    // Destructors of other thread-local values may still run Python here: the record may already be somebody else's.
    thread_ = nullptr;
    refused_ = true;
  }

  [[gnu::noinline]] Thread* begin() noexcept {
    if (refused_ || book_ == nullptr) return nullptr;
    try {
      thread_ = book_->begin_thread(static_cast<std::uint32_t>(gettid()), C::now());
    } catch (const std::bad_alloc&) {
      book_->count_loss(Loss::kArenaFull);
    }
    refused_ = thread_ == nullptr;
    return thread_;
  }

  static inline Book* book_ = nullptr;
  // Apart from the rest, which has a destructor: each look at that would ask whether it was made already.
  static inline constinit thread_local Thread* thread_ = nullptr;
  static thread_local ThreadRecord mine_;

  bool refused_ = false;
};

template <class Book, Clock C>
inline thread_local ThreadRecord<Book, C> ThreadRecord<Book, C>::mine_;

}  // namespace pyharness
