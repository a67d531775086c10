"""Methods about files: sending, and the path to download one."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.messages import caption_content
from tests.telegram_server.sending import put
from tests.telegram_server.values import Json, Upload
from tests.telegram_server.world import World

LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024
LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024
KIND = "application/octet-stream"


def document_of(world: World, upload: Upload) -> Json:
    """Returns the Document of an uploaded file."""
    kind = mimetypes.guess_type(upload.name)[0] or KIND
    return {**world.new_file(upload), "file_name": upload.name, "mime_type": kind}


def send_document(world: World, parameters: Json) -> Json:
    """Sends a file to a chat."""
    upload = parameters["document"]
    if isinstance(upload, str):
        upload = _known(world, upload)
    if not upload.content:
        raise RefusedError("file must be non-empty")
    if len(upload.content) > LARGEST_UPLOAD_BYTES:
        raise ApiError(413, "Request Entity Too Large")
    return put(world, parameters, {"document": document_of(world, upload), **caption_content(parameters)})


def get_file(world: World, parameters: Json) -> Json:
    """Returns the path to download a file."""
    number = parameters["file_id"]
    upload = _known(world, number)
    size = len(upload.content)
    if size > LARGEST_DOWNLOAD_BYTES:
        raise ApiError.bad_request("file is too big")
    path = path_of(number, upload)
    return {"file_id": number, "file_unique_id": f"unique-{number}", "file_size": size, "file_path": path}


def path_of(number: str, upload: Upload) -> str:
    """Returns the path of a file below the token."""
    return f"documents/{number}{PurePath(upload.name).suffix}"


def _known(world: World, number: str) -> Upload:
    if number not in world.files:
        raise RefusedError("wrong file_id or the file is temporarily unavailable")
    return world.files[number]
