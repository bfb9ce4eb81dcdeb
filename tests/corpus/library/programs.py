# modules: optparse.py logging unittest traceback.py inspect.py dis.py opcode.py linecache.py cmd.py sched.py queue.py timeit.py code.py codeop.py gettext.py string.py
import cmd, code, codeop, dis, gettext, inspect, io, linecache, logging, optparse, queue, sched, sys, timeit, traceback, unittest
parser = optparse.OptionParser("usage: %prog [options]", prog="p"); parser.add_option("-n", type="int", default=1, help="a %default")
group = optparse.OptionGroup(parser, "More"); group.add_option("--choice", choices=["a", "b"]); parser.add_option_group(group); parser.add_option("-v", action="count")
options, rest = parser.parse_args(["-n3", "-vv", "x", "--choice=a"])
print(vars(options), rest, parser.format_help(), gettext.gettext("x"))
out = io.StringIO(); log = logging.getLogger("a.b"); handler = logging.StreamHandler(out)
handler.setFormatter(logging.Formatter("{levelname} {name} {message} {lineno}", style="{"))
log.addHandler(handler); log.setLevel("INFO"); log.warning("w %s", 1); log.debug("d"); log.propagate = False
try: 1 / 0
except ZeroDivisionError: log.exception("e")
print(out.getvalue().count("ZeroDivisionError"), log.getEffectiveLevel(), logging.getLevelName(30), log.isEnabledFor(10))
class Case(unittest.TestCase):
    def setUp(self): self.addCleanup(lambda: None)
    def test_pass(self): self.assertEqual({1: 2}, {1: 2}); self.assertRaises(KeyError, {}.__getitem__, 1)
    def test_fail(self): self.assertEqual([1, 2, 3], [1, 3])
    def test_error(self): raise OSError
    @unittest.skip("why")
    def test_skip(self): pass
    @unittest.expectedFailure
    def test_expected(self): self.assertTrue(0)
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertLess(i, 2)
result = unittest.TestResult(); unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped))
def outer(a, /, b: int = 2, *c, d, **e):
    "Doc."
    def inner(): return a
    return inner
print(inspect.signature(outer), inspect.getdoc(outer), inspect.getsource(outer), inspect.getclosurevars(outer(1, d=1)).nonlocals)
print([m for m, _ in inspect.getmembers(Case, inspect.isfunction)][-3:], inspect.getcallargs(outer, 1, d=3), inspect.signature(outer).bind(1, d=2).arguments)
plain = compile("x = [i for i in y if i > 300]\nwhile x: x.pop()\ntry: f(*a)\nexcept E: pass", "<plain>", "exec")
dis.dis(plain, file=out); print(len(list(dis.get_instructions(plain))), dis.stack_effect(dis.opmap["POP_TOP"]), dis.code_info(plain).count("\n"), len(out.getvalue()) > 500)
try: exec(compile("def f(x):\n    return 1 / x\nf(0)", "<text>", "exec"))
except ZeroDivisionError as error: print("".join(traceback.format_exception(error)[-2:]), traceback.TracebackException.from_exception(error, capture_locals=True).stack[-1].name)
print(linecache.getline(__file__, 2)[:10], repr(linecache.getline("none", 1)))
class Shell(cmd.Cmd):
    use_rawinput = False
    def do_add(self, line): print(sum(map(int, line.split())))
    def do_quit(self, line): return True
    def emptyline(self): print("empty")
Shell(stdin=io.StringIO("add 1 2\n\nunknown\nhelp\nquit\n"), stdout=sys.stdout).cmdloop()
clock = iter(range(100)).__next__; scheduler = sched.scheduler(clock, lambda t: None)
scheduler.enter(2, 1, print, ("later",)); scheduler.enter(1, 1, print, ("sooner",)); scheduler.run()
line = queue.PriorityQueue(); [line.put(x) for x in (3, 1, 2)]; print([line.get() for _ in range(3)], line.empty(), line.qsize())
try: line.get_nowait()
except queue.Empty: print("empty")
print(codeop.compile_command("if x:") is None, timeit.Timer("pass", timer=clock).timeit(2), code.InteractiveInterpreter({}).runsource("print(5)"))
