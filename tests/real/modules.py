"""Which modules of CPython's regression tests are run under pyharness: those of what a profiler could disturb."""

import harness

# Fast, steady and close to the hooks: some 20 seconds in three modes.
QUICK = ["test_generators", "test_coroutines", "test_asyncgen", "test_sys_settrace", "test_sys_setprofile", "test_bdb", "test_frame", "test_code",
         "test_threading_local", "test_contextlib"]  # fmt: skip
QUICK_MODES = ["profile", "line", "alloc"]

FULL = """
    test_generators test_coroutines test_asyncgen test_exceptions test_exception_group test_except_star test_traceback test_with test_contextlib
    test_contextlib_async test_context test_finalization test_gc test_weakref test_weakset test_descr test_class test_super test_call test_functools
    test_patma test_listcomps test_compile test_code test_dis test_frame test_inspect test_types test_typing test_dataclasses test_enum
    test_sys test_sys_settrace test_sys_setprofile test_trace test_bdb test_pdb test_cprofile test_profile test_tracemalloc test_monitoring
    test_threading test_thread test_threading_local test_threadedtempfile test_threadsignals test_queue test_asyncio test_concurrent_futures
    test_signal test_faulthandler test_atexit test_subprocess test_fork1 test_wait3 test_wait4 test_os test_posix test_pty
    test_multiprocessing_fork test_multiprocessing_spawn test_multiprocessing_forkserver test_multiprocessing_main_handling
    test_import test_importlib test_runpy test_cmd_line test_cmd_line_script test_site test_zipimport test_zipapp test_venv test_warnings test_unittest test_doctest
    test_io test_mmap test_select test_selectors test_socket test_pickle test_copy test_marshal test_json test_re test_decimal test_struct
    test_array test_itertools test_dict test_set test_list test_deque test_bytes test_unicode test_hashlib test_zlib test_sqlite3 test_ssl test_ctypes
    test_capi test_embed test_interpreters test__xxsubinterpreters
    """.split()


def full(python):
    """Those of the list that this interpreter's version has."""
    code = "import importlib.util, sys; print(*(name for name in sys.argv[1:] if importlib.util.find_spec('test.' + name)))"
    return harness.run([python, "-c", code, *FULL]).stdout.decode().split()
