"""Attempts to make a template do what HR's words may not: over three hundred, none of which may be accepted."""

from __future__ import annotations

from collections.abc import Iterator

# What stands between {{ and }}.
EXPRESSIONS = (
    "7*7", "7*'7'", "1", "'a'", "1.5", "true", "none", "[]", "()", "{}", "{'a': 1}", "[employee]", "(employee, due)",
    "employee + employee", "employee ~ manager", "employee * 9999", "-due", "+due", "due - today", "2 ** 9999",
    "7 // 2", "7 % 3", "'%s' % employee", "not employee", "employee and manager", "employee or manager",
    "employee == manager", "employee in manager", "employee if due else manager", "employee if due",
    "employee is defined", "employee is string", "due is callable", "employee is not none", "employee[0]",
    "employee[0:1]", "employee[::]", "employee['x']", "employee.__class__", "employee.__class__.__mro__",
    "employee.__class__.__base__.__subclasses__()",
    "employee.__class__.mro()[1].__subclasses__()[40]('/etc/passwd').read()", "employee.format", "employee.upper()",
    "employee.format(due)", "'{0.__class__}'.format(employee)", "employee.join(['a'])", "employee.encode()",
    "due.year", "due.replace(year=1)", "due.__init__.__globals__", "due.today()", "due.strftime('%Y')", "due.max",
    "today.fromordinal(1)", "hour.x", "hour['x']", "''.__class__", "''.__class__.__mro__[1].__subclasses__()",
    "().__class__.__bases__[0]", "[].__class__.__base__", "{}.__class__.__base__", "(1).__class__", "config",
    "config.items()", "self", "self.__init__.__globals__", "self._TemplateReference__context", "self.__dict__",
    "request", "request.application", "request['application']['__globals__']", "session", "g", "url_for",
    "url_for.__globals__", "get_flashed_messages.__globals__", "cycler", "cycler.__init__.__globals__.os",
    "cycler.__init__.__globals__.os.popen('id').read()", "joiner", "joiner.__init__.__globals__.os", "namespace",
    "namespace.__init__.__globals__.os.popen('id')", "namespace(a=1)", "lipsum", "lipsum()",
    "lipsum.__globals__['os'].popen('id').read()", "lipsum.__globals__.__builtins__", "dict", "dict(a=1)",
    "dict.__base__", "range", "range(9)", "range(999999999)", "loop", "loop.index", "caller", "caller()", "varargs",
    "kwargs", "super", "super()", "super.__init__", "context", "environment", "_", "__class__", "__builtins__",
    "__import__", "__import__('os').system('id')", "open('/etc/passwd')", "eval('1')", "exec('1')", "globals()",
    "print(1)", "choices()", "choices", "labels", "locale", "own", "agreement", "nth", "case", "person", "employee_id",
    "Employee", "EMPLOYEE", "employee_", "еmployee", "employee | day", "employee | upper", "employee | safe",
    "employee | e", "employee | escape", "employee | length", "employee | list", "employee | first", "employee | last",
    "employee | random", "employee | reverse", "employee | join", "employee | join('x')", "employee | map('upper')",
    "employee | map(attribute='__class__')", "employee | select", "employee | selectattr('x')", "employee | reject",
    "employee | groupby('x')", "employee | attr('__class__')", "employee | attr('__class__') | attr('__mro__')",
    "employee | attr('\\x5f\\x5fclass\\x5f\\x5f')", "employee | format", "'%s' | format(employee)",
    "employee | pprint", "employee | tojson", "employee | urlize", "employee | xmlattr", "employee | wordwrap(1)",
    "employee | indent(9999)", "employee | center(9999999)", "employee | truncate(3)", "employee | replace('a', 'b')",
    "employee | batch(1)", "employee | slice(1)", "employee | sum", "employee | sort", "employee | unique",
    "employee | min", "employee | max", "employee | default('x')", "employee | d('x')", "employee | string",
    "employee | int", "employee | float", "employee | abs", "employee | round", "employee | filesizeformat",
    "employee | striptags", "employee | title", "employee | trim", "employee | wordcount", "employee | urlencode",
    "employee | items", "employee | dictsort", "employee | listed", "employee | number", "employee | span",
    "employee | clock", "employee | near", "employee | hour", "employee | subject", "employee | body",
    "employee | called", "'sources/own' | body", "'nudges/first_call' | subject", "due | near(today)", "due | near",
    "due | clock", "due | upper", "due | string", "due | attr('year')", "due | day | upper", "due | day | day",
    "due | day('x')", "due | day(x=1)", "due | day(*[1])", "due | day(**{})", "(due) | day | safe",
    "(due - today) | day", "due.year | day", "employee | day(due)", "hour | day", "hour | hour | e", "today | hour",
    "'2026-01-01' | day", "1 | day", "[due] | listed", "[employee, manager] | listed", "employee, manager",
    "employee manager", "employee.", "employee |", "| day", "{{ employee }}", "{% if due %}", "employee }} {{ self",
    "1;2", "$", "@", "!", "employee!r", "`id`", "lambda: 1", "x for x in employee", "*employee", "**employee",
    "employee := 1", "await employee", "employee\\", "'", '"', "''' '''", "((((((((((employee", "[[[[[[[[[[", "0x41",
    "1e999", "9" * 1900, "(" * 900 + ")" * 900, "not " * 200 + "due", "'a' * 10 ** 9",
)  # fmt: skip
# Whole pieces of template.
STATEMENTS = (
    "{% for x in employee %}{{ x }}{% endfor %}", "{% for x in range(9) %}x{% endfor %}",
    "{% for x in due.__class__ %}{% endfor %}", "{% for x in () %}{% else %}a{% endfor %}",
    "{% for c in ().__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}", "{% set x = 1 %}",
    "{% set x = employee %}", "{% set x %}a{% endset %}", "{% set employee = 'x' %}", "{% set x.y = 1 %}",
    "{% set ns = namespace() %}", "{% macro m() %}a{% endmacro %}",
    "{% macro m(a=config) %}{{ a }}{% endmacro %}{{ m() }}", "{% call m() %}{% endcall %}",
    "{% call(x) m() %}{{ x }}{% endcall %}", "{% filter upper %}a{% endfilter %}", "{% filter day %}a{% endfilter %}",
    "{% block a %}b{% endblock %}", "{% extends 'nl/pages/base.html' %}", "{% extends employee %}",
    "{% include 'nl/nudges/first_call.md' %}", "{% include employee %}", "{% include ['a', 'b'] ignore missing %}",
    "{% include '/etc/passwd' %}", "{% include '../../../settings.py' %}", "{% import 'a' as b %}",
    "{% import employee as b %}", "{% from 'a' import b %}", "{% from 'a' import b with context %}",
    "{% with %}a{% endwith %}", "{% with x = employee.__class__ %}{{ x }}{% endwith %}",
    "{% autoescape false %}a{% endautoescape %}", "{% autoescape true %}{{ employee }}{% endautoescape %}",
    "{% raw %}{{ config }}{% endraw %}", "{% raw %}a{% endraw %}", "{%- raw -%}a{%- endraw -%}", "{# a #}",
    "{#- {{ config }} -#}", "{# {% if %} #}", "{% do employee %}", "{% do 1 %}", "{% trans %}a{% endtrans %}",
    "{% trans x=employee %}{{ x }}{% endtrans %}", "{% debug %}", "{% break %}", "{% continue %}",
    "{% print employee %}", "{% print(config) %}", "{% exec 'x' %}", "{% python %}", "{% load os %}",
    "{% csrf_token %}", "{% import os %}", "{% module x %}", "{% if %}a{% endif %}", "{% if due %}a", "{% endif %}",
    "{% else %}", "{% elif due %}", "{% if due %}a{% else %}b{% else %}c{% endif %}", "{% if due %}a{% endfor %}",
    "{% if 1 %}a{% endif %}", "{% if true %}a{% endif %}", "{% if 'a' %}a{% endif %}", "{% if due() %}a{% endif %}",
    "{% if due.year %}a{% endif %}", "{% if due.year == 2026 %}a{% endif %}", "{% if employee == 'Jan' %}a{% endif %}",
    "{% if employee == manager %}a{% endif %}", "{% if 'a' in employee %}a{% endif %}",
    "{% if employee in manager %}a{% endif %}", "{% if due in today %}a{% endif %}",
    "{% if due not in today %}a{% endif %}", "{% if due > 1 %}a{% endif %}", "{% if due - today > 1 %}a{% endif %}",
    "{% if due == '2026' %}a{% endif %}", "{% if hour > '10:00' %}a{% endif %}", "{% if hour == due %}a{% endif %}",
    "{% if due is defined %}a{% endif %}", "{% if employee is mapping %}a{% endif %}",
    "{% if due is none %}a{% endif %}", "{% if due | day == 'x' %}a{% endif %}", "{% if due | day %}a{% endif %}",
    "{% if employee | length > 3 %}a{% endif %}", "{% if config %}a{% endif %}", "{% if self %}a{% endif %}",
    "{% if nth == 1 %}a{% endif %}", "{% if [due] %}a{% endif %}", "{% if (due, today) %}a{% endif %}",
    "{% if due if today else hour %}a{% endif %}", "{% if due ~ today %}a{% endif %}",
    "{% if employee[0] == 'J' %}a{% endif %}", "{% if lipsum.__globals__ %}a{% endif %}",
    "{% if due and config %}a{% endif %}", "{% if not request %}a{% endif %}", "{% if due or self.x %}a{% endif %}",
    "{% if due < today < employee %}a{% endif %}", "{% if due %}{% for x in y %}{% endfor %}{% endif %}",
    "{% if due %}{{ config }}{% endif %}", "{% if due %}{% else %}{{ config }}{% endif %}",
    "{% if due %}a{% elif config %}b{% endif %}", "{% if due %}a{% elif today %}{{ self }}{% endif %}",
    "{% if cycler.__init__ %}a{% endif %}", "{% if due %}" * 4 + "a" + "{% endif %}" * 4,
    "{% if due %}" * 90 + "a" + "{% endif %}" * 90, "{% if due %}a{% endif %}" * 80, "{{ employee }}" * 140,
)  # fmt: skip
# Words that are no template, and still do what they may not.
MARKUP = (
    "[Klik](choice:done)", "tekst [Klik](choice:done)", "[Klik](choice:{{ employee }})", "[x](javascript:alert(1))",
    "[x](http://insecure.example)", "[x](data:text/html,x)", "[x](file:///etc/passwd)", "[x](page:plan)",
    "[x](//x.example)", "[x](https://x.example/{{ employee }})", "[x](https://x.example/?n={{ employee }}&d=1)",
    "[x](https://{{ manager }}.example)", "[x](https://x.example/{{ due | day }})",
    "[x]{% if due %}(https://x.example/{{ employee }}){% endif %}", "[x](https://x.example/{% if due %}a{% endif %})",
    "[{{ employee }}](mailto:x@x.example)", "[x](https://x.example@evil.example)", "[x](tg://user?id=1)",
    "[x](slack://open)", "[x](https://user:pass@x.example)", "[x](HTTPS:evil)", "[x]( choice:done)",
    "\ue000employee\ue001", "a\u202eb", "a\x00b", "a\u200bb", "a\x1b[31m", "a\u2066b", "\x85", "\ufeff", "{{ hour }}",
    "{{ hour | hour }}", "om {{ hour | hour }} uur", "{% if hour %}alleen dan{% endif %}",
    "{% if due < today %}{{ employee }}{% endif %}",
)  # fmt: skip
# Texts that are wrong as a whole.
WHOLE = (
    "", " \n ", "# onderwerp", "# onderwerp\n\n", "geen onderwerp\n\ntekst", "#onderwerp\n\ntekst",
    "## onderwerp\n\ntekst", "# {{ employee }}\n\ntekst", "# a{% if due %}\n\ntekst{% endif %}",
    "# [x](https://x.example)\n\ntekst", "# **vet**\n\ntekst", "# " + "a" * 61 + "\n\ntekst",
    "# onderwerp\n\n" + "a" * 2000, "# onderwerp\n\n" + "a " * 700, "{{ config }}\n# a\n\ntekst", "# a: b\n\ntekst",
    "# a\x00\n\ntekst", "\n\n\n", "# \n\ntekst",
)  # fmt: skip


def attempts() -> Iterator[str]:
    """Every attempt as a text that HR would keep."""
    for expression in EXPRESSIONS:
        yield f"# onderwerp\n\nBel {{{{ {expression} }}}} even.\n"
        if len(expression) < 60:
            yield f"# onderwerp\n\n{{% if {expression} and due == 1 %}}Bel even.{{% endif %}} Dag.\n"
    for statement in (*STATEMENTS, *MARKUP):
        yield f"# onderwerp\n\n{statement}\n"
    yield from WHOLE
