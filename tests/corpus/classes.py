"""Classes: bodies with code, inheritance, super, metaclasses, __slots__, descriptors, operators, nested, generated."""


class Meta(type):
    def __new__(mcs, name, bases, space, **kw):
        space["tag"] = name.lower()
        return super().__new__(mcs, name, bases, space)

    def __init__(cls, name, bases, space, **kw):
        super().__init__(name, bases, space)
        cls.keywords = sorted(kw)

    def __call__(cls, *args):
        made = super().__call__(*args)
        return made


class Field:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name, 0)

    def __set__(self, instance, value):
        setattr(instance, self.name, value)


class Base(metaclass=Meta, option=1):
    field = Field()
    table = {}
    for i in range(3):
        table[i] = i * i
    if len(table) == 3:
        def chosen(self):
            return "three"
    else:
        def chosen(self):
            return "other"

    class Inner:
        value = [x for x in range(2)]

    def __init__(self, value=1):
        self.field = value

    def __add__(self, other):
        return type(self)(self.field + other.field)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return name.upper()

    def __init_subclass__(cls, **kw):
        super().__init_subclass__()
        cls.table[cls.__name__] = 1


class Left(Base):
    def chosen(self):
        return "left " + super().chosen()


class Right(Base):
    def chosen(self):
        return "right " + super().chosen()


class Both(Left, Right):
    pass


class Slots:
    __slots__ = ("a", "b")

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1


both = Both(3) + Both(4)
print(both.field, both.tag, both.chosen(), both.missing, Base.keywords, Base.table, Base.Inner.value)
print(len({Slots(), Slots()}), Slots() == Slots(), [c.__name__ for c in Both.__mro__])
print(type("Made", (Base,), {"x": 1})().x)
