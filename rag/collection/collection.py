"""The collection behind a running server: what it holds, and every change that a reader can make to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.application import images_folder, update_library, uploads_folder
from rag.collection.catalogue import Catalogue, Filter, make_catalogue, matching
from rag.collection.names import visible
from rag.collection.preview import Preview, preview, read_staged
from rag.collection.staging import Receipt, Staged, StagedFile, Staging
from rag.collection.work import Report, Work, Worker
from rag.corpus.scan import forget_page
from rag.corpus.uploads import uploaded_name
from rag.errors import UsageError
from rag.index import storage
from rag.index.build import BuildReport, build
from rag.index.library import UPLOAD, Library
from rag.index.listing import Listed
from rag.types import Document, Encoder, Skipped

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """An upload that shall be kept, and the titles that its reader corrected, by article id."""

    token: str
    titles: Mapping[str, str]


class Collection:
    """Uploads, titles, deletions and rebuilds of one library; methods may be called from any thread."""

    def __init__(self, library: Library, encoder: Callable[[], Encoder], passage_characters: int) -> None:
        self.library = library
        self.worker = Worker()
        self._encoder = encoder
        self._passage_characters = passage_characters
        self._catalogue: Catalogue | None = None

    # --- reading ----------------------------------------------------------------------------------

    def catalogue(self) -> Catalogue:
        """Return the list of all articles as the library stands now."""
        made = self._catalogue
        if made is None or made.generation != self.library.generation:
            made = self._catalogue = make_catalogue(self.library)
        return made

    def find(self, wanted: Filter) -> list[Listed]:
        """Return the articles that a filter lets through."""
        return matching(self.catalogue(), wanted, self.library.ids_containing)

    def writable(self) -> bool:
        """Tell whether the library can be changed."""
        return self.library.folder is None or storage.writable(self.library.folder)

    # --- uploads ----------------------------------------------------------------------------------

    @property
    def uploads(self) -> Path:
        """The folder of the uploaded files.

        Raises:
            UsageError: the library is in memory alone.
        """
        folder = uploads_folder(self.library)
        if folder is None:
            raise UsageError("这个资料库只在内存里，不能上传")
        return folder

    def receive(self, name: str) -> Receipt:
        """Make room for a file that is about to arrive.

        Raises:
            ReadError: nothing can be read from a file of this kind.
            UsageError: too much waits already.
        """
        return Staging(self.uploads).receive(name)

    def preview(self, staged: Staged) -> Preview:
        """Return what an upload would bring."""
        known = self.catalogue().by_id()
        names = {uploaded_name(article.document_id) for article in known.values() if article.origin == UPLOAD}
        return preview(staged, known, names, images_folder(self.library))

    def drop(self, token: str) -> None:
        """Forget an upload that waits.

        Raises:
            UsageError: there is none of this token.
        """
        Staging(self.uploads).drop(token)

    def keep(self, wanted: Sequence[Wanted]) -> Work:
        """Start to take uploads into the library.

        Raises:
            UsageError: an upload is unknown, or another work is running.
        """
        staging = Staging(self.uploads)
        staged = [staging.find(one.token) for one in wanted]
        titles = {article_id: title for one in wanted for article_id, title in one.titles.items()}
        return self.worker.start("正在收录", lambda report: self._keep(staging, staged, titles, report))

    def _keep(self, staging: Staging, staged: Sequence[Staged], titles: Mapping[str, str], report: Report) -> str:
        files = {file.name: file for one in staged for file in one.files}
        images = images_folder(self.library)
        items = [item for file in files.values() for item in read_staged(file, images)]
        pages = [item for item in items if not isinstance(item, Skipped)]
        articles = [article for page in pages for article in page.articles]
        if not articles:
            raise UsageError("没有可以收录的文章")
        self._take_back({article.id for article in articles})
        for article in articles:
            if article.id in titles:
                self._entitle(article.id, titles[article.id], article.title)
        self._build([page.document for page in pages], report)
        kept = {page.document.id for page in pages}
        names = {uploaded_name(name) for name in kept}
        self._remove_others(names, kept)
        self._store([file for file in files.values() if file.name in names])
        for one in staged:
            staging.drop(one.token)
        return f"已收录 {len(articles)} 篇文章，现在就可以提问"

    def _build(self, documents: Sequence[Document], report: Report) -> None:
        build(self.library, self._encoder(), documents, self._passage_characters, report, UPLOAD)

    def _take_back(self, ids: set[str]) -> None:
        """Show articles again that were deleted before."""
        hidden = [article.id for article in self.catalogue().articles if article.hidden and article.id in ids]
        if hidden:
            self.library.hide(hidden, hidden=False)

    def _remove_others(self, names: set[str], kept: set[str]) -> None:
        """Remove what an earlier file of the same name held and this one does not."""
        known = self.library.document_ids(UPLOAD)
        gone = [name for name in known if uploaded_name(name) in names and name not in kept]
        if gone:
            self.library.remove_documents(gone)

    def _store(self, files: Sequence[StagedFile]) -> None:
        for file in files:
            place = self._place(file.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.path.replace(place)

    def _place(self, name: str) -> Path:
        """Return where an uploaded file stands.

        Raises:
            UsageError: the name leads out of the folder.
        """
        place = (self.uploads / name).resolve()
        if not place.is_relative_to(self.uploads.resolve()):
            raise UsageError("文件名不能用")
        return place

    # --- changes ----------------------------------------------------------------------------------

    def entitle(self, article_id: str, title: str) -> Listed:
        """Show an article under another title; an empty one brings the printed title back.

        Raises:
            UsageError: there is no such article.
        """
        (article,) = self._listed([article_id])
        self._entitle(article.id, title, article.printed_title)
        return self._listed([article_id])[0]

    def _entitle(self, article_id: str, title: str, printed: str) -> None:
        wanted = visible(title, LONGEST_TITLE)
        self.library.set_title(article_id, wanted if wanted not in ("", printed) else None)

    def delete(self, ids: Sequence[str]) -> int:
        """Take articles out of lists and search; return how many. `restore` takes them back in.

        Raises:
            UsageError: one of them does not exist.
        """
        found = self._listed(ids)
        self.library.hide([article.id for article in found])
        return len(found)

    def restore(self, ids: Sequence[str]) -> int:
        """Take deleted articles back in; return how many.

        Raises:
            UsageError: one of them does not exist.
        """
        found = self._listed(ids)
        self.library.hide([article.id for article in found], hidden=False)
        return len(found)

    def purge(self, ids: Sequence[str]) -> int:
        """Remove the uploaded files of deleted articles for good; return how many articles went.

        Raises:
            UsageError: a file is no upload, or holds articles that are not deleted, or another work is running.
        """
        names = {_uploaded_file(article) for article in self._listed(ids)}
        uploads = [article for article in self.catalogue().articles if article.origin == UPLOAD]
        held = [article for article in uploads if uploaded_name(article.document_id) in names]
        if any(not article.hidden for article in held):
            raise UsageError("所在的文件里还有没删除的文章，请先把它们也删除")
        with self.worker.alone():
            documents = {article.document_id for article in held}
            stored = self.library.stored_articles(documents).values()
            images = {image for articles in stored for article in articles for image in article.page_images}
            self.library.remove_documents(documents)
            self.library.hide([article.id for article in held], hidden=False)
            for name in names:
                self._erase(self._place(name))
            self._forget_images(images)
        return len(held)

    def _forget_images(self, names: set[str]) -> None:
        """Remove page images that no article shows any more; one scan under two names has them once."""
        folder = images_folder(self.library)
        if folder is None or not names:
            return
        left = (*self.library.articles(), *self.library.hidden_articles())
        for name in names - {image for article in left for image in article.page_images}:
            forget_page(folder / name)

    def _erase(self, place: Path) -> None:
        place.unlink(missing_ok=True)
        folder = place.parent
        if folder != self.uploads.resolve() and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()

    def _listed(self, ids: Sequence[str]) -> list[Listed]:
        known = self.catalogue().by_id()
        missing = [name for name in ids if name not in known]
        if missing or not ids:
            raise UsageError("这篇文章不在资料中，请刷新页面")
        return [known[name] for name in dict.fromkeys(ids)]

    # --- the watched folder -----------------------------------------------------------------------

    def rebuild(self, sources: Sequence[Path]) -> Work:
        """Make the library mirror the sources; waits for the work that is running."""
        return self.worker.run("资料文件夹有变化，正在更新", lambda report: self._rebuild(sources, report))

    def _rebuild(self, sources: Sequence[Path], report: Report) -> str:
        made = update_library(self.library, self._encoder(), sources, self._passage_characters, report)
        return _said(made)


def _uploaded_file(article: Listed) -> str:
    if article.origin == UPLOAD:
        return uploaded_name(article.document_id)
    raise UsageError(f"《{article.title}》来自资料文件夹，彻底删除要在文件夹里删掉文件，再运行 wenbao build")


def _said(report: BuildReport) -> str:
    changes = (("新增", report.added), ("更新", report.changed), ("删除", report.removed))
    said = "，".join(f"{word} {count} 篇" for word, count in changes if count) or "没有变化"
    skipped = f"，{len(report.skipped)} 份文件没能读入" if report.skipped else ""
    return f"资料已更新：{said}{skipped}"
