# modules: ast.py
import ast, sys
source = open(sys.argv[1]).read()
tree = ast.parse(source)
again = ast.unparse(tree)
print(len(again), len(ast.dump(tree, indent=1)), ast.literal_eval("{'a': [1, (2, -3.5)], 'b': {False, True}}"))
class Names(ast.NodeVisitor):
    def __init__(self):
        self.names = []
    def visit_Name(self, node):
        self.names.append(node.id)
class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value * 2) if isinstance(node.value, int) else node
names = Names(); names.visit(tree); print(len(names.names), sum(1 for _ in ast.walk(tree)))
print(ast.unparse(ast.fix_missing_locations(Double().visit(ast.parse("x = 1 + f(2, *a, k=[3])")))))
