"""The audit log: a row for each mutation, written in the same transaction."""

from pasture.kit.ids import show
from pasture.model.declare import Scope, attr, computed, resource
from pasture.model.resource import Resource
from pasture.model.roles import READ_ONLY

AUTH_TYPES = ("AdminAuth", "BasicAuth", "RegistrationToken", "TokenAuth")


@resource("auditLog", scope=Scope.ACCOUNT, roles=READ_ONLY, audited=False)
class AuditLog(Resource):
    """Who changed what, when, from where."""

    authenticated_as_account_id: int | None = attr(
        "r", "Who asked.", default=None, ref="account", filterable=True, column=True
    )
    auth_type: str = attr("r", "How they proved it.", options=AUTH_TYPES, filterable=True)
    event_type: str = attr("r", "api.<type>.<create|update|delete|action>", filterable=True)
    resource_type: str = attr("r", "Type of what was changed.", filterable=True)
    resource_id: int | None = attr("r", "Row of what was changed.", default=None, filterable=True)
    request_object: str | None = attr(
        "r", "What was sent, as JSON, secrets left out.", default=None
    )
    response_code: int = attr("r", "HTTP status of the answer.", filterable=True)
    client_ip: str | None = attr("r", "From where.", default=None, filterable=True)

    @computed("Who asked, as an identity.")
    def authenticated_as_identity_id(self) -> str | None:
        """Return the asker's identity: here each account has one."""
        asker = self.authenticated_as_account_id
        return None if asker is None else f"1i!rancher_id:{show('account', asker)}"
