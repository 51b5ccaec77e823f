/** What stands where something could not be read: the server is away, it is not allowed, or else. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiError, Unreachable } from "../api/http";
import { Empty } from "./empty";
import { Trouble } from "./trouble";

const NOT_ALLOWED = new Set([403, 404, 405]);

export function Unread({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  if (error instanceof Unreachable) {
    return (
      <Empty sign="warning" title={t("error.unreachable")} hint={t("task.advice.network")}>
        <Button variant="default" onClick={again}>
          {t("error.retry")}
        </Button>
      </Empty>
    );
  }
  if (error instanceof ApiError && NOT_ALLOWED.has(error.status)) {
    return <Empty sign="user" title={t("table.not_allowed")} hint={t("task.advice.rights")} />;
  }
  return <Trouble error={error} again={again} />;
}
