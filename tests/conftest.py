"""What tests share: a small encoder with behaviour, six hand-written articles, the seeds' library, no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from rag.corpus.chunk import chunk
from rag.corpus.read import read_collection
from rag.index.build import build
from rag.index.changes import DocumentUpdate, IndexedArticle
from rag.index.encoder import encoded_text, load_encoder
from rag.index.library import Library
from rag.types import Article, Encoder, Span, Vectors

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class HashingEncoder:
    """Character bigrams hashed into a fixed width: the same text has the same vector, like texts near ones."""

    fingerprint = "hashing:1"
    dimension = 256

    def __init__(self) -> None:
        self.encoded_passages = 0

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `rag.types.Encoder`."""
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dimension)

    def encode_passages(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> tuple[Vectors, Vectors]:
        """See `rag.types.Encoder`."""
        self.encoded_passages += len(texts)
        pieces = [text[start:end] for text, group in zip(texts, spans, strict=True) for start, end in group]
        return self.encode_queries(texts), self.encode_queries(pieces)

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for pair in zip(text, text[1:] or text, strict=False):
            vector[zlib.crc32("".join(pair).encode()) % self.dimension] += 1
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


TINY = {
    "桥": (
        "青石桥重新通车",
        "本报讯（记者 李青）青石桥昨天重新通车。大桥全长420米，双向四车道。工程总投资1.2亿元，比预算节省800万元。"
        "通车以后，两岸居民过河只要3分钟。",
    ),
    "茶": (
        "春茶采摘比去年早一周",
        "今年春茶采摘比去年早一周。茶农陈大姐说，明前茶每斤卖到680元。全镇茶园面积2.3万亩。合作社统一收购，统一包装。",
    ),
    "书": (
        "社区图书馆延长开放时间",
        "社区图书馆从5月1日起延长开放时间。周一至周五开放到晚上9点，周末开放到晚上8点。"
        "图书馆还采取三项措施：一是增加座位60个；二是开通网上预约；三是每月办一次讲座。",
    ),
    "河": (
        "清河治理初见成效",
        "经过两年治理，清河水质由劣五类提升到三类。首先，沿河关停排污口17个；其次，清淤12万立方米；"
        "最后，两岸种树4000棵。市民王先生说，现在又能看到鱼了。",
    ),
    "医": (
        "镇卫生院开设夜间门诊",
        "镇卫生院从本月起开设夜间门诊，时间是每晚6点到9点。夜间门诊由两名医生轮值。挂号费与白天相同，都是10元。",
    ),
    "校": (
        "实验小学迁入新校区",
        "实验小学秋季迁入新校区。新校区占地45亩，可容纳36个班级。原校区改建为社区活动中心。"
        "校长赵敏表示，校车线路增加到6条。",
    ),
}


@pytest.fixture
def hashing_encoder() -> HashingEncoder:
    """An encoder that needs no model and counts what it encodes."""
    return HashingEncoder()


@pytest.fixture(scope="session")
def tiny_articles() -> list[Article]:
    """Six short articles of local news, one a document."""
    return [
        Article(
            id=f"article-{name}",
            document_id=f"{name}.txt",
            title=title,
            text=f"{title}\n{text}",
            source=f"{name}.txt",
            body_start=len(title) + 1,
            raw_spans=((0, len(title) + 1 + len(text)),),
        )
        for name, (title, text) in TINY.items()
    ]


@pytest.fixture
def tiny_library(tiny_articles: list[Article], hashing_encoder: HashingEncoder) -> Iterator[Library]:
    """The six articles in a library in memory, encoded with the hashing encoder."""
    with Library.open(None, hashing_encoder.fingerprint, hashing_encoder.dimension) as library:
        library.replace_documents(
            [
                DocumentUpdate(article.document_id, (article.id,), (index_article(article, hashing_encoder),))
                for article in tiny_articles
            ]
        )
        yield library


def index_article(article: Article, encoder: Encoder, size: int = 60) -> IndexedArticle:
    """Chunk and encode one article."""
    passages = chunk(article, size)
    pairs = [encoded_text(article, passage) for passage in passages]
    vectors, sentences = encoder.encode_passages([text for text, _ in pairs], [spans for _, spans in pairs])
    ends = np.cumsum([len(passage.sentences) for passage in passages])
    return IndexedArticle(article, tuple(passages), vectors, tuple(np.split(sentences, ends[:-1])))


@pytest.fixture(scope="session")
def bundled_encoder() -> Encoder:
    """The real encoder, loaded once."""
    return load_encoder("bundled", "cpu")


@pytest.fixture(scope="session")
def seeds_library(
    bundled_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Library]:
    """The default collection under the real encoder.

    Its vectors are kept in pytest's cache between runs, for as long as the code that makes them stays the same.
    """
    folder = tmp_path_factory.mktemp("seeds") / "index"
    kept = pytestconfig.cache.mkdir("seeds-index") / _digest_of("rag/corpus", "rag/index", "seeds")  # type: ignore[union-attr]
    if kept.is_dir():
        os.utime(kept)
        shutil.copytree(kept, folder)
    with Library.open(folder, bundled_encoder.fingerprint, bundled_encoder.dimension, create=True) as library:
        build(library, bundled_encoder, read_collection([SEEDS]), 300)
    _keep(folder, kept)
    with Library.open(folder, bundled_encoder.fingerprint, bundled_encoder.dimension) as library:
        yield library


def _keep(folder: Path, kept: Path) -> None:
    """Copy a folder for the next run, unless another run was faster; drop what has not been used for a day."""
    draft = kept.with_suffix(f".{os.getpid()}")
    shutil.copytree(folder, draft)
    if kept.is_dir():
        shutil.rmtree(draft)
    else:
        draft.rename(kept)
    for old in kept.parent.iterdir():
        if time.time() - old.stat().st_mtime > 86400:
            shutil.rmtree(old, ignore_errors=True)


def _digest_of(*folders: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test reach this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and (not isinstance(address, tuple) or address[0] not in LOOPBACK):
            raise ConnectionError(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
