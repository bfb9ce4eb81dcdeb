# modules: doctest.py pdb.py bdb.py
import doctest
def documented(x):
    """
    >>> documented(2)
    4
    >>> documented("a")
    'aa'
    >>> documented(3)
    7
    """
    return x * 2
parser = doctest.DocTestParser(); test = parser.get_doctest(documented.__doc__, {"documented": documented}, "documented", None, 0)
print(len(test.examples), doctest.OutputChecker().check_output("1 ... 3\n", "1 2 3\n", doctest.ELLIPSIS), doctest.script_from_examples(documented.__doc__))
