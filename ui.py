"""The chat page: a Gradio app that paints the assistant's events. No retrieval logic.

The conversation is drawn by `rag.render`, not by Gradio's Chatbot: that one reads a message as Markdown
and repeats it as a label for screen readers, markup and all. The page's script sends commands through
`bridge`: a custom event, whose data the script hands over as the handler's first input.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from rag.config import Config
from rag.errors import WenbaoError
from rag.render.answer import exchange_html, welcome_html
from rag.render.archive import archive_html, filed, taken
from rag.render.conversation import DONE, FAILED, Exchange, advance, failed, halted, history
from rag.render.export import checked_origin, to_html, to_markdown
from rag.render.store import from_store, to_store
from rag.render.templates import render
from rag.types import Event, Token

if TYPE_CHECKING:
    import gradio

    from rag.answer.assistant import Assistant

PAINT_SECONDS = 0.08
SHOWN_CHARACTERS = 2000
STORAGE_SECRET = "wenbao"  # the browser's store is obscured, not protected: all that it returns is checked
VOTE_REASONS = ("答案不对", "答非所问", "不完整", "引文不支持答案", "其他")
MANNERS = [("语言模型回答", "auto"), ("只摘原文", "extractive")]
COMMANDS = ("ask", "new", "open", "forget", "vote", "export")

Exchanges = tuple[Exchange, ...]
Command = dict[str, Any]
Stored = list[dict[str, Any]]


class Desk:
    """The handlers of the page. What belongs to one reader is passed in and returned, never kept."""

    def __init__(self, assistant: Assistant, config: Config) -> None:
        self.assistant = assistant
        self.config = config

    def pages(self, exchanges: Exchanges) -> list[str]:
        """Return the conversation as HTML, one string an exchange; the welcome when there is none."""
        if exchanges:
            return [exchange_html(exchange, index) for index, exchange in enumerate(exchanges)]
        examples = self.config.examples or self.assistant.examples()
        return [welcome_html(self.assistant.library.counts().articles, examples)]

    def ask(self, command: Command, typed: str, exchanges: Exchanges, manner: str) -> Iterator[tuple[object, ...]]:
        """Yield the box, the conversation, the exchanges and what the browser keeps after each event of a question.

        A command of the script brings its own question; with an index it replaces that exchange. `manner` names
        the answerer that the reader chose.
        """
        import gradio as gr

        question = str(command.get("question", typed)).strip()
        kept = exchanges[: command["index"]] if isinstance(command.get("index"), int) else exchanges
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        before = self.pages(kept) if kept else []
        box: object = gr.skip() if command else ""
        for exchange in self._follow(question, kept, manner):
            shown = (*kept, exchange)
            stored = to_store(shown) if exchange.state in (DONE, FAILED) else gr.skip()
            yield box, [*before, exchange_html(exchange, len(kept))], shown, stored
            box = gr.skip()

    def _follow(self, question: str, before: Exchanges, manner: str) -> Iterator[Exchange]:
        exchange = Exchange(question if len(question) <= SHOWN_CHARACTERS else f"{question[:SHOWN_CHARACTERS]}…")
        yield exchange
        painted = monotonic()
        try:
            stream = self.assistant.stream(question, history(before), manner)
            with closing(cast("Generator[Event, None, None]", stream)) as events:
                for event in events:
                    exchange = advance(exchange, event)
                    if not isinstance(event, Token) or monotonic() - painted >= PAINT_SECONDS:
                        yield exchange
                        painted = monotonic()
            yield self._with_suggestions(exchange, before)
        except WenbaoError as error:
            yield failed(exchange, str(error))
        except Exception:
            logging.getLogger(__name__).exception("the assistant failed")
            yield failed(exchange, "出错了，没有得到回答。请再试一次；若仍不行，请看终端里的错误记录。")

    def _with_suggestions(self, exchange: Exchange, before: Exchanges) -> Exchange:
        if exchange.answer is None:
            return exchange
        suggestions = self.assistant.suggest(exchange.answer, history(before))
        return replace(exchange, answer=replace(exchange.answer, suggestions=suggestions))

    def stop(self, exchanges: Exchanges) -> tuple[list[str], Exchanges, Stored]:
        """Keep what was written of a running answer, marked as stopped."""
        kept = halted(exchanges)
        return self.pages(kept), kept, to_store(kept)

    def new(self, _command: Command, exchanges: Exchanges, archive: object) -> tuple[object, ...]:
        """File the conversation and start an empty one."""
        return self._turn_to((), filed(archive, halted(exchanges), _now()))

    def restore(self, command: Command, stored: object, archive: object) -> tuple[object, ...]:
        """Show the conversation that the browser kept; a link with a question starts a new one."""
        exchanges = self._rebuilt(stored)
        if command.get("question"):
            return self._turn_to((), filed(archive, exchanges, _now()))
        return self._turn_to(exchanges, filed(archive, (), _now()))

    def open(self, command: Command, exchanges: Exchanges, archive: object) -> tuple[object, ...]:
        """Take one conversation out of the archive and file the present one."""
        stored, rest = taken(archive, command.get("id"))
        return self._turn_to(self._rebuilt(stored), filed(rest, halted(exchanges), _now()))

    def forget(self, command: Command, archive: object) -> tuple[Stored, str]:
        """Drop one conversation from the archive."""
        rest = taken(archive, command.get("id"))[1]
        return rest, archive_html(rest)

    def vote(self, command: Command, exchanges: Exchanges) -> tuple[Exchanges, Stored]:
        """Keep a reader's judgement of one answer, in the library and in the conversation."""
        index, verdict = int(command["index"]), str(command["vote"])
        exchange = exchanges[index]
        reason = "：".join(part for part in (str(command["reason"])[:100], str(command["comment"])[:1000]) if part)
        if exchange.answer is not None:
            self.assistant.library.add_feedback(exchange.question, exchange.answer, verdict, reason)
        changed = (*exchanges[:index], replace(exchange, vote=verdict), *exchanges[index + 1 :])
        return changed, to_store(changed)

    def export(self, command: Command, exchanges: Exchanges) -> dict[str, str]:
        """Return a file of the conversation: its name, type and text."""
        form = "html" if command.get("format") == "html" else "md"
        make, kind = (to_html, "text/html") if form == "html" else (to_markdown, "text/markdown")
        now = _now()
        text = make(exchanges, checked_origin(command.get("origin")), self.config.title, now)
        return {
            "name": f"{self.config.title}-{now:%Y%m%d-%H%M%S}.{form}",
            "type": f"{kind};charset=utf-8",
            "text": text,
        }

    def _rebuilt(self, stored: object) -> Exchanges:
        return from_store(stored, self.assistant.library.articles_by_id)

    def _turn_to(self, exchanges: Exchanges, archive: Stored) -> tuple[object, ...]:
        return self.pages(exchanges), exchanges, to_store(exchanges), archive, archive_html(archive)


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read or paint."""

    conversation: gradio.HTML
    question: gradio.Textbox
    manner: gradio.Radio
    send: gradio.Button
    stop: gradio.Button
    archive_list: gradio.HTML
    file: gradio.HTML
    bridge: gradio.HTML
    exchanges: gradio.State
    current: gradio.BrowserState
    archive: gradio.BrowserState


def create_page(assistant: Assistant, config: Config) -> gradio.Blocks:
    """Return the page; `rag.serve.api` mounts it and puts its styles and scripts into the head."""
    import gradio as gr

    desk = Desk(assistant, config)
    with gr.Blocks(title=config.title, analytics_enabled=False, fill_width=True) as page:
        parts = _lay_out(config, has_model=bool(assistant.answerers))
        _wire(desk, page, parts)
    page.queue(default_concurrency_limit=8)
    return cast("gradio.Blocks", page)


def _lay_out(config: Config, has_model: bool) -> Parts:
    import gradio as gr

    _static("masthead", render("masthead", {"name": config.title}))
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            conversation = _canvas("conversation", "wenbao.conversation(element, props, watch)")
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    label="问题",
                    placeholder="问一个关于这些文章的问题",
                    max_lines=6,
                    elem_id="question",
                    autofocus=True,
                )
                send = gr.Button("提问", elem_id="send")
                stop = gr.Button("停止", elem_id="stop")
            manner = gr.Radio(
                MANNERS, value="auto", label="回答方式", elem_id="manner", container=False, visible=has_model
            )
        _static("source-frame", render("source", {}))
    _static("dialogs", render("dialogs", {"reasons": VOTE_REASONS}))
    return Parts(
        conversation=conversation,
        question=question,
        manner=manner,
        send=send,
        stop=stop,
        archive_list=_canvas("archive", "wenbao.archive(props, watch)"),
        file=_canvas("file", "watch('value', () => wenbao.save(props.value))"),
        bridge=_canvas("bridge", f"wenbao.bridge(trigger, {list(COMMANDS)})"),
        exchanges=gr.State(()),
        current=gr.BrowserState([], storage_key="wenbao-conversation", secret=STORAGE_SECRET),
        archive=gr.BrowserState([], storage_key="wenbao-archive", secret=STORAGE_SECRET),
    )


def _static(name: str, html: str) -> gradio.HTML:
    import gradio as gr

    return gr.HTML(html, elem_id=name, js_on_load=None, apply_default_css=False)


def _canvas(name: str, script: str) -> gradio.HTML:
    """Return a component whose value the page's own script paints."""
    import gradio as gr

    frame = f'<div class="{name}"></div>'
    return gr.HTML(html_template=frame, elem_id=name, js_on_load=script, apply_default_css=False)


def _wire(desk: Desk, page: gradio.Blocks, parts: Parts) -> None:
    bridge, exchanges, archive = parts.bridge, parts.exchanges, parts.archive
    everything = [parts.conversation, exchanges, parts.current, archive, parts.archive_list]
    shown = [parts.question, parts.conversation, exchanges, parts.current]
    asking: list[Any] = [
        _on(trigger, desk.ask, [bridge, parts.question, exchanges, parts.manner], shown, "asking")
        for trigger in (parts.question.submit, parts.send.click, bridge.ask)
    ]
    stopping = parts.stop.click(
        desk.stop,
        exchanges,
        [parts.conversation, exchanges, parts.current],
        cancels=asking,
        show_progress="hidden",
        api_visibility="private",
    )
    for event in (*asking, stopping):
        event.then(None, js="() => wenbao.idle()", show_progress="hidden", api_visibility="private")
    restoring = _on(page.load, desk.restore, [bridge, parts.current, archive], everything)
    restoring.then(None, js="() => wenbao.restored()", show_progress="hidden", api_visibility="private")
    _on(bridge.new, desk.new, [bridge, exchanges, archive], everything)
    _on(bridge.open, desk.open, [bridge, exchanges, archive], everything)
    _on(bridge.forget, desk.forget, [bridge, archive], [archive, parts.archive_list])
    voting = _on(bridge.vote, desk.vote, [bridge, exchanges], [exchanges, parts.current])
    voting.success(None, js="() => wenbao.voted()", show_progress="hidden", api_visibility="private")
    voting.failure(None, js="() => wenbao.fault()", show_progress="hidden", api_visibility="private")
    _on(bridge.export, desk.export, [bridge, exchanges], [parts.file])


def _on(
    trigger: Callable[..., gradio.events.Dependency],
    handler: Callable[..., Any],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    taken: str = "take",
) -> gradio.events.Dependency:
    """Listen; the script's function `taken` puts the command it holds in place of the first input."""
    return trigger(
        handler,
        inputs,
        outputs,
        js=f"(_, ...rest) => [wenbao.{taken}(), ...rest]",
        trigger_mode="multiple",  # the script lets no second question out while one runs
        show_progress="hidden",
        api_visibility="private",
    )


def _now() -> datetime:
    return datetime.now().astimezone()
