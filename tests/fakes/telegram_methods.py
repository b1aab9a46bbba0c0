"""The Bot API methods, carried out on the world of the fake."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes import telegram_rules as rules
from tests.fakes.telegram_clock import Clock, Limits
from tests.fakes.telegram_html import utf16
from tests.fakes.telegram_model import JSON, Message, Press, Refusal, Room, World, bad
from tests.fakes.telegram_updates import Updates, Webhook

QUERY_GONE = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass
class Methods:
    """Lives on the server's loop. Every method takes typed arguments and gives the result, or raises Refusal."""

    world: World
    clock: Clock
    limits: Limits
    updates: Updates
    loopback: bool = True
    query_life: float = 15 * 60.0
    menu: list[JSON] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    too_many: int = 0

    async def call(self, method: str, arguments: JSON) -> Any:
        """Carry it out."""
        if method == "getUpdates":
            return await self._get_updates(arguments)
        return getattr(self, f"_{method}")(arguments)

    def _getMe(self, _: JSON) -> JSON:  # noqa: N802 - as Telegram calls it, here and below
        return self.world.bot.as_user() | {
            "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
            "can_connect_to_business": False, "has_main_web_app": False,
        }  # fmt: skip

    def _sendMessage(self, arguments: JSON) -> JSON:  # noqa: N802
        room = self._room(arguments["chat_id"])
        parsed = rules.formatted(arguments, "message is too long")
        markup = rules.keyboard(arguments.get("reply_markup"))
        self._limit(room)
        self._note("sendMessage", parsed.notes)
        content: JSON = {"text": parsed.text} | ({"entities": parsed.entities} if parsed.entities else {})
        content |= {name: arguments[name] for name in ("link_preview_options",) if name in arguments}
        if arguments.get("protect_content"):
            content["has_protected_content"] = True
        message = self.world.add(room, self.world.bot, self.clock.unix(), content, markup)
        return message.as_message()

    def _limit(self, room: Room) -> None:
        seconds, impatient = self.limits.admit(room.id, self.clock.seconds())
        if not seconds:
            return
        self.too_many += 1
        if impatient:
            self.violations.append(f"sent to {room.id} again before retry_after was over")
        raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _sendChatAction(self, arguments: JSON) -> bool:  # noqa: N802
        self._room(arguments["chat_id"])
        return True

    def _editMessageText(self, arguments: JSON) -> JSON:  # noqa: N802
        message = self._mine(arguments, "edit")
        parsed = rules.formatted(arguments, "MESSAGE_TOO_LONG")
        content: JSON = {"text": parsed.text} | ({"entities": parsed.entities} if parsed.entities else {})
        content |= {name: arguments[name] for name in ("link_preview_options",) if name in arguments}
        self._note("editMessageText", parsed.notes)
        return self._edit(message, content, arguments)

    def _editMessageReplyMarkup(self, arguments: JSON) -> JSON:  # noqa: N802
        message = self._mine(arguments, "edit")
        return self._edit(message, message.content, arguments)

    def _edit(self, message: Message, content: JSON, arguments: JSON) -> JSON:
        markup = rules.keyboard(arguments.get("reply_markup"), editing=True)
        self._limit(message.room)
        preview = {"link_preview_options"}
        if ({k: v for k, v in content.items() if k not in preview}, markup) == (
            {k: v for k, v in message.content.items() if k not in preview},
            message.markup,
        ):
            raise Refusal(400, f"Bad Request: {NOT_MODIFIED}")
        message.content, message.markup, message.edited = content, markup, self.clock.unix()
        return message.as_message()

    def _answerCallbackQuery(self, arguments: JSON) -> bool:  # noqa: N802
        text = arguments.get("text", "")
        if utf16(text) > 200:
            raise bad("MESSAGE_TOO_LONG", "answerCallbackQuery holds at most 200 characters")
        press = self.world.presses.get(arguments["callback_query_id"])
        if press is None:
            raise bad(QUERY_GONE, "answer to a callback query that never was")
        if press.answered.is_set():
            raise bad(QUERY_GONE, f"callback query {press.id} ({press.label}) answered twice")
        if self.clock.seconds() - press.at > self.query_life:
            raise Refusal(400, f"Bad Request: {QUERY_GONE}")
        self._answer(press, text or None, alert=arguments.get("show_alert", False))
        return True

    @staticmethod
    def _answer(press: Press, text: str | None, *, alert: bool) -> None:
        press.answer, press.alert = text, alert
        press.answered.set()

    def _deleteMessage(self, arguments: JSON) -> bool:  # noqa: N802
        message = self._mine(arguments, "delete")
        if self.clock.unix() - message.date > 48 * 3600:
            raise bad("message can't be deleted for everyone", "deleteMessage more than 48 hours after sending")
        message.deleted = True
        return True

    def _leaveChat(self, arguments: JSON) -> bool:  # noqa: N802
        room = self._room(arguments["chat_id"])
        if room.person is not None:
            raise bad("chat member status can't be changed in private chats")
        room.bot = "left"
        self.world.left.append(room.id)
        return True

    def _setMyCommands(self, arguments: JSON) -> bool:  # noqa: N802
        self.menu = rules.commands(arguments["commands"])
        return True

    def _getMyCommands(self, _: JSON) -> list[JSON]:  # noqa: N802
        return self.menu

    def _setMyDescription(self, arguments: JSON) -> bool:  # noqa: N802
        if len(arguments.get("description", "")) > 512:
            raise bad("BOT_DESCRIPTION_INVALID", "a description of more than 512 characters")
        return True

    def _setMyShortDescription(self, arguments: JSON) -> bool:  # noqa: N802
        if len(arguments.get("short_description", "")) > 120:
            raise bad("BOT_SHORT_DESCRIPTION_INVALID", "a short description of more than 120 characters")
        return True

    async def _get_updates(self, arguments: JSON) -> list[JSON]:
        limit = arguments.get("limit", 100)
        if not 1 <= limit <= 100:
            raise bad("limit must be 1-100")
        if "allowed_updates" in arguments:
            self.updates.allowed = rules.kinds(arguments["allowed_updates"])
        return await self.updates.poll(arguments.get("offset", 0), limit, min(arguments.get("timeout", 0), 50))

    def _setWebhook(self, arguments: JSON) -> bool:  # noqa: N802
        if "allowed_updates" in arguments:
            self.updates.allowed = rules.kinds(arguments["allowed_updates"])
        if arguments.get("drop_pending_updates"):
            self.updates.pending.clear()
        url, secret = arguments["url"], arguments.get("secret_token")
        if not url:
            self.updates.set_webhook(None)
            return True
        connections = arguments.get("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad("max_connections must be 1-100")
        rules.webhook(url, secret, loopback=self.loopback)
        self.updates.set_webhook(Webhook(url, secret, connections))
        return True

    def _deleteWebhook(self, arguments: JSON) -> bool:  # noqa: N802
        if arguments.get("drop_pending_updates"):
            self.updates.pending.clear()
        self.updates.set_webhook(None)
        return True

    def _getWebhookInfo(self, _: JSON) -> JSON:  # noqa: N802
        hook, error = self.updates.webhook, self.updates.last_error
        info: JSON = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
            "allowed_updates": sorted(self.updates.allowed),
        }
        if hook:
            info["max_connections"] = hook.connections
        return info | ({"last_error_date": error[0], "last_error_message": error[1]} if error else {})

    def _room(self, chat_id: str, *, writing: bool = True) -> Room:
        person = self.world.people.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if person is not None:
            if person.deactivated:
                raise Refusal(403, "Forbidden: user is deactivated")
            if not person.started and person.met:
                raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
            if person.blocked and writing:
                raise Refusal(403, "Forbidden: bot was blocked by the user")
        room = self.world.rooms.get(int(chat_id)) if chat_id.lstrip("-").isdigit() else None
        if room is None or (person is not None and not person.started):
            raise Refusal(400, "Bad Request: chat not found")
        if room.bot != "member" and room.person is None:
            what = "was kicked from" if room.bot == "kicked" else "is not a member of"
            raise Refusal(403, f"Forbidden: bot {what} the {room.kind} chat")
        return room

    def _mine(self, arguments: JSON, what: str) -> Message:
        if "chat_id" not in arguments or "message_id" not in arguments:
            raise bad("message identifier is not specified")
        room = self._room(arguments["chat_id"], writing=False)
        message = self.world.messages.get(arguments["message_id"])
        if message is None or message.deleted or message.room is not room:
            raise Refusal(400, f"Bad Request: message to {what} not found")
        if what == "edit" and message.sender is not self.world.bot:
            raise bad("message can't be edited", "editing a message of somebody else")
        return message

    def _note(self, method: str, notes: list[str]) -> None:
        self.violations += [f"{method}: {note}" for note in notes]
