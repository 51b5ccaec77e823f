/** How a machine becomes a host: one command, and what came of it. */

import {
  Alert,
  Button,
  Group,
  Loader,
  Modal,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Host, RegistrationToken } from "../api/generated";
import { ApiError, type Collection, call, collectionPath } from "../api/http";
import { useProject, useRows } from "../live/live";
import { Command } from "../parts/copy";
import { Icon } from "../parts/icons";
import { asMap, type Pair, pairProblem } from "../parts/pair";
import { Pairs } from "../parts/pairs";
import { Trouble } from "../parts/trouble";
import { stateWord } from "../words/say";
import { dockerCommand, isAddress, noteOn, scriptCommand } from "./command";

const BETWEEN = "&"; // labels in the command
const AGAIN_MS = 500; // a new token is usable in a moment
const NEWEST = { sort: "id", order: "desc", limit: "10" };
const ID_NUMBER = /\d+$/;

function useToken() {
  const project = useProject();
  const path = collectionPath(project, "registrationtokens");
  const making = useMutation({ mutationFn: () => call<RegistrationToken>("POST", path, {}) });
  const { mutate, isIdle } = making;
  const found = useQuery({
    queryKey: ["token", project],
    queryFn: async () => {
      const { data } = await call<Collection<RegistrationToken>>("GET", path);
      return data.find((one) => one.state !== "removed") ?? null;
    },
    refetchInterval: ({ state }) => (state.data?.command ? false : AGAIN_MS),
    gcTime: 0, // it is a secret
  });
  const isNone = found.isSuccess && found.data === null;
  useEffect(() => {
    if (isNone && isIdle) mutate();
  }, [isNone, isIdle, mutate]);
  return { token: found.data ?? null, error: making.error ?? found.error };
}

export function AddHost({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { token, error } = useToken();
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t("add_host.title")}
      closeButtonProps={{ "aria-label": t("copy.close") }}
    >
      {error ? (
        <Refused error={error} />
      ) : token?.command ? (
        <Commands token={token} onClose={onClose} />
      ) : (
        <Group>
          <Loader size="sm" />
          <Text>{t("add_host.preparing")}</Text>
        </Group>
      )}
    </Modal>
  );
}

function Refused({ error }: { error: Error }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || error.status === 401) return <Trouble error={error} />;
  return <Alert color="orange">{t("add_host.forbidden")}</Alert>;
}

type Way = "with_image" | "with_script";

function Commands({ token, onClose }: { token: RegistrationToken; onClose: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way>("with_script");
  const [labels, setLabels] = useState<Pair[]>([]);
  const [address, setAddress] = useState("");
  const origin = new URL(token.registrationUrl ?? location.origin).origin;
  const note = noteOn(origin);
  const isIll = address !== "" && !isAddress(address);
  const good = labels.filter((_, at) => pairProblem(labels, at, BETWEEN) === null);
  const described = { labels: Object.entries(asMap(good)), address: isIll ? "" : address };
  const command =
    way === "with_image"
      ? dockerCommand(token.command ?? "", described)
      : scriptCommand(token.scriptCommand ?? "", described);
  return (
    <Stack>
      <Text>{t("add_host.intro")}</Text>
      {note && (
        <Alert color="orange" variant="light" icon={<Icon sign="warning" />}>
          {t(`add_host.note_${note}`, { url: origin })}
        </Alert>
      )}
      <SegmentedControl
        value={way}
        onChange={(value) => setWay(value as Way)}
        data={(["with_script", "with_image"] as const).map((one) => ({
          value: one,
          label: t(`add_host.${one}`),
        }))}
      />
      <div data-testid="join-command">
        <Command text={command} />
      </div>
      <Joined />
      <Text size="xs" c="dimmed">
        {t("add_host.secret")}
      </Text>
      <Pairs
        legend={t("add_host.labels")}
        add={t("form.add_label")}
        hint={t("add_host.labels_hint")}
        without={BETWEEN}
        pairs={labels}
        onChange={setLabels}
      />
      <TextInput
        label={t("add_host.address")}
        description={t("add_host.address_hint")}
        value={address}
        error={isIll && t("add_host.address_bad")}
        onChange={(event) => setAddress(event.currentTarget.value.trim())}
      />
      <Text size="sm">{t("add_host.simulate")}</Text>
      <Command text={`pasture agent --simulate 3 ${token.registrationUrl ?? ""}`} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("add_host.done")}</Button>
      </Group>
    </Stack>
  );
}

const numberOf = (host: Host) => Number(ID_NUMBER.exec(host.id)?.[0] ?? 0);

/** The hosts that came since the dialog was opened, as they come. */
function Joined() {
  const { t } = useTranslation();
  const { rows, isSuccess } = useRows("host", NEWEST);
  const [last, setLast] = useState<number | null>(null);
  if (last === null && isSuccess) setLast(Math.max(0, ...rows.map(numberOf)));
  const came = last === null ? [] : rows.filter((host) => numberOf(host) > last);
  return (
    <div role="status">
      {came.length === 0 && (
        <Group gap="xs">
          <Loader size="xs" type="dots" />
          <Text size="sm">{t("add_host.waiting")}</Text>
        </Group>
      )}
      {came.map((host) => {
        const name = host.name ?? host.hostname ?? host.id;
        const isActive = host.state === "active";
        return (
          <Group key={host.id} gap={6}>
            <span style={{ color: isActive ? "var(--state-green)" : "var(--state-blue)" }}>
              <Icon sign={isActive ? "good" : "moving"} size={16} />
            </span>
            <Text size="sm">
              {isActive
                ? t("add_host.connected", { name })
                : t("add_host.joining", { name, state: stateWord(t, host.state) })}
            </Text>
          </Group>
        );
      })}
    </div>
  );
}
