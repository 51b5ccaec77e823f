/** An error in words: what it means, what the server said, and how to tell others of it. */

import { Alert, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { TFunction } from "i18next";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api/http";
import { adviceOf, errorDetail, errorReport, errorWord } from "../words/say";
import { whyWord } from "../words/why";
import { CopyButton } from "./copy";
import { Icon } from "./icons";

export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<Icon sign="bad" />}
      title={errorWord(t, error)}
      role="alert"
    >
      <Details error={error} />
      {again && (
        <Button variant="default" size="xs" mt="xs" onClick={again}>
          {t("error.retry")}
        </Button>
      )}
    </Alert>
  );
}

/** What the server said of an error, what to do about it, and all of it to be copied. */
export function Details({ error, about = "" }: { error: unknown; about?: string }) {
  const { t } = useTranslation();
  const detail = errorDetail(error);
  const advice = adviceOf(error);
  const request = error instanceof ApiError ? error.requestId : null;
  return (
    <Group gap={4} align="flex-start" wrap="nowrap">
      <Text size="sm" component="div" style={{ flex: 1, overflowWrap: "anywhere" }}>
        {detail && detail !== errorWord(t, error) && <div>{whyWord(t, detail)}</div>}
        {advice && <div>{t(`task.advice.${advice}`)}</div>}
        {request && (
          <Text span size="xs" c="dimmed" display="block">
            {t("error.request", { id: request })}
          </Text>
        )}
      </Text>
      <CopyButton text={errorReport(error, about)} label={t("error.copy")} />
    </Group>
  );
}

/** Says an error in a corner, until it is closed. */
export function tellTrouble(t: TFunction, error: unknown): void {
  notifications.show({
    color: "red",
    title: errorWord(t, error),
    message: <Details error={error} />,
    autoClose: false,
    role: "alert",
  });
}

/** Keeps a page that fails from taking the rest with it. */
export class Fence extends Component<{ title: string; hint: string; children: ReactNode }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <Alert color="red" variant="light" title={this.props.title} m="md" role="alert">
        {this.props.hint} {String(this.state.error)}
      </Alert>
    );
  }
}
