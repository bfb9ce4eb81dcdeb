#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "harness/cpython/current_instruction.h"
#include "harness/cpython/python.h"

namespace pyharness {

/// Inside an allocator of CPython's: what that asks of the raw allocator is part of the block that it hands out (a
/// large object) or its own bookkeeping (a new arena), as tracemalloc has it.
inline constinit thread_local bool t_in_allocator = false;

/// The block that this thread was handed last, until an object is born in it: one that is born elsewhere comes from a
/// free list. See LinkSeams::object_reused.
inline constinit thread_local const void* t_newest_block = nullptr;

/// What this thread allocates is our own: see OwnMemory.
inline constinit thread_local bool t_own_memory = false;

/// While it lives, what this thread has CPython allocate is for us, and no memory of the program's: an instrumented
/// code object, say. Nests.
class OwnMemory {
 public:
  OwnMemory() noexcept : before_(std::exchange(t_own_memory, true)) {}
  ~OwnMemory() { t_own_memory = before_; }
  OwnMemory(const OwnMemory&) = delete;
  OwnMemory& operator=(const OwnMemory&) = delete;

 private:
  bool before_;
};

/// What does CPython hand out and take back? Wrappers around all three of its allocator domains, by the public API of
/// PEP 445: they change no block and no address, so one that was allocated before, or goes to another allocator's
/// free(), does no harm.
///
/// Sink is told, on the thread that asks, for the raw domain perhaps without the interpreter lock:
///     bool booking()                                          whether it wants to know
///     void allocated(void* block, std::size_t bytes, CurrentInstruction at)
///     Taken freed(void* block)                                before it is freed or resized
///     void put_back(void* block, const Taken&)                it could not be resized
template <class Sink>
class AllocatorHooks {
 public:
  /// `sink` must outlive the interpreter, as must this.
  explicit AllocatorHooks(Sink& sink) : sink_(sink) {}
  AllocatorHooks(const AllocatorHooks&) = delete;
  AllocatorHooks& operator=(const AllocatorHooks&) = delete;

  /// After Py_PreInitialize, which chooses the allocators (PYTHONMALLOC, -X dev) and would put them over ours, and
  /// before anything else of CPython. Call once.
  void put_in() noexcept {
    put_in<PYMEM_DOMAIN_RAW>();
    put_in<PYMEM_DOMAIN_MEM>();
    put_in<PYMEM_DOMAIN_OBJ>();
  }

 private:
  struct Domain {
    PyMemAllocatorEx inner{};
    Sink* sink = nullptr;
  };

  template <PyMemAllocatorDomain kDomain>
  void put_in() noexcept {
    using Hook = Hooks<kDomain == PYMEM_DOMAIN_RAW>;
    Domain& domain = domains_[kDomain];
    domain.sink = &sink_;
    PyMem_GetAllocator(kDomain, &domain.inner);
    PyMemAllocatorEx ours{&domain, Hook::malloc, Hook::calloc, Hook::realloc, Hook::free};
    PyMem_SetAllocator(kDomain, &ours);
  }

  /// While it lives, this thread is inside an allocator.
  struct Inside {
    Inside() noexcept { t_in_allocator = true; }
    ~Inside() { t_in_allocator = false; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
  };

  template <bool kRaw>
  struct Hooks {
    static bool passes(const Domain& domain) noexcept { return (kRaw && t_in_allocator) || !domain.sink->booking(); }

    static void allocated(const Domain& domain, void* block, std::size_t bytes) noexcept {
      if (block == nullptr || t_own_memory) return;
      if (!kRaw) t_newest_block = block;
      domain.sink->allocated(block, bytes, kRaw ? own_instruction() : locked_instruction());
    }

    static void* malloc(void* context, std::size_t bytes) {
      const Domain& domain = *static_cast<Domain*>(context);
      if (passes(domain)) return domain.inner.malloc(domain.inner.ctx, bytes);
      void* block = nullptr;
      {
        const Inside inside;
        block = domain.inner.malloc(domain.inner.ctx, bytes);
      }
      allocated(domain, block, bytes);
      return block;
    }

    static void* calloc(void* context, std::size_t count, std::size_t each) {
      const Domain& domain = *static_cast<Domain*>(context);
      if (passes(domain)) return domain.inner.calloc(domain.inner.ctx, count, each);
      void* block = nullptr;
      {
        const Inside inside;
        block = domain.inner.calloc(domain.inner.ctx, count, each);
      }
      allocated(domain, block, count * each);  // cannot overflow where there is a block
      return block;
    }

    static void* realloc(void* context, void* old, std::size_t bytes) {
      const Domain& domain = *static_cast<Domain*>(context);
      if (passes(domain)) return domain.inner.realloc(domain.inner.ctx, old, bytes);
      const auto taken = domain.sink->freed(old);
      void* block = nullptr;
      {
        const Inside inside;
        block = domain.inner.realloc(domain.inner.ctx, old, bytes);
      }
      if (block == nullptr) domain.sink->put_back(old, taken);
      allocated(domain, block, bytes);
      return block;
    }

    static void free(void* context, void* block) {
      const Domain& domain = *static_cast<Domain*>(context);
      if (!passes(domain) && block != nullptr) domain.sink->freed(block);
      domain.inner.free(domain.inner.ctx, block);
    }
  };

  Sink& sink_;
  std::array<Domain, 3> domains_{};
};

}  // namespace pyharness
