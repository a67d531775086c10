"""Checks a call's parameters, names and types, against the tables of the Bot API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.telegram_server.tables import KINDS, METHODS, ONLY, TYPES, Field
from tests.telegram_server.values import Upload

_INTEGER = re.compile(r"-?\d{1,19}")


class WrongCallError(Exception):
    """A call breaks the documented interface; the text says how."""


def checked(method: str, form: Mapping[str, str | Upload]) -> dict[str, Any]:
    """Returns the parameters, converted from the strings and files of a form.

    Raises:
        WrongCallError: an unknown or missing parameter, or a value of another type.
    """
    known = METHODS[method]
    for name in form:
        if name not in known:
            raise WrongCallError(f"{method} has no parameter {name}")
    for name, field in known.items():
        if field.required and name not in form:
            raise WrongCallError(f"{method} needs {name}")
    return {name: _converted(f"{method}.{name}", value, known[name]) for name, value in form.items()}


def _converted(where: str, text: str | Upload, field: Field) -> Any:  # noqa: ANN401 - the values are JSON
    if isinstance(text, Upload):
        if "InputFile" not in field.types:
            raise WrongCallError(f"{where} is a file, not {' or '.join(field.types)}")
        return text
    if field.types == ("InputFile",):
        raise WrongCallError(f"{where} is {text!r}, not a file")
    if field.types in (("String",), ("InputFile", "String")):
        return text
    if "Integer" in field.types and _INTEGER.fullmatch(text):
        return int(text)
    if "String" in field.types:
        if not text.startswith("@"):
            raise WrongCallError(f"{where} is {text!r}, neither an integer nor a @username")
        return text
    if field.types == ("Boolean",) and text not in ("true", "false"):
        raise WrongCallError(f"{where} is {text!r}, not a Boolean")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise WrongCallError(f"{where} is {text!r}, not {' or '.join(field.types)}") from error
    _validate(where, value, field.types)
    return value


def _validate(where: str, value: object, types: tuple[str, ...]) -> None:
    """Checks a JSON value against alternative types.

    Raises:
        WrongCallError: it is of none of them.
    """
    problems = [problem for kind in types if (problem := _problem(where, value, kind))]
    if len(problems) == len(types):
        raise WrongCallError("; ".join(problems))


def _problem(where: str, value: object, kind: str) -> str | None:
    if kind.startswith("["):
        return _problem_of_array(where, value, kind[1:-1])
    simple = {"String": str, "Integer": int, "Boolean": bool}.get(kind)
    if simple is not None:
        right = isinstance(value, simple) and not (simple is int and isinstance(value, bool))
        return None if right else f"{where} is {value!r}, not {kind}"
    if kind in KINDS:
        return _problem_of_kind(where, value, kind)
    kind = ONLY.get(kind, kind)
    if kind not in TYPES:
        return f"{where}: {kind} is not in the tables of this server"
    return _problem_of_object(where, value, kind)


def _problem_of_array(where: str, value: object, kind: str) -> str | None:
    if not isinstance(value, list):
        return f"{where} is {value!r}, not an array"
    problems = (_problem(f"{where}[{position}]", item, kind) for position, item in enumerate(value))
    return next((problem for problem in problems if problem), None)


def _problem_of_kind(where: str, value: object, kind: str) -> str | None:
    name = value.get("type") if isinstance(value, dict) else None
    if name not in KINDS[kind]:
        return f"{where} is {value!r}, not {kind} of a type that this server knows"
    return _problem_of_object(where, value, KINDS[kind][name])


def _problem_of_object(where: str, value: object, kind: str) -> str | None:
    if not isinstance(value, dict):
        return f"{where} is {value!r}, not {kind}"
    fields = TYPES[kind]
    for name in value:
        if name not in fields:
            return f"{kind} has no field {name}"
    for name, field in fields.items():
        if name in value:
            try:
                _validate(f"{where}.{name}", value[name], field.types)
            except WrongCallError as error:
                return str(error)
        elif field.required:
            return f"{where} needs {name}"
    return None
