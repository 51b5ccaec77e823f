/** The parts of the form that are folded away at first: each says in its head what it holds. */

import {
  Accordion,
  Badge,
  Fieldset,
  Group,
  MultiSelect,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LAUNCH_CONFIG_RULES } from "../api/generated";
import { useById } from "../live/live";
import { Pairs } from "../parts/pairs";
import { AmountField, LinesField, SwitchField, TextField, useFilling } from "./context";
import { CONSOLES, type Console, RESTARTS, type Restart } from "./fields";
import { Networking } from "./network";
import { Placement } from "./placement";
import { NAMES, type Section, sectionsWith, summary } from "./sections";
import { Volumes } from "./volumes";

interface Props {
  open: readonly Section[];
  onOpen: (open: Section[]) => void;
  /** The fields that are wrong. */
  wrong: readonly string[];
}

const PARTS: Record<Section, ReactNode> = {
  variables: <Variables />,
  process: <Process />,
  volumes: <Volumes />,
  network: <Networking />,
  placement: <Placement />,
  limits: <Limits />,
  security: <Security />,
  about: <About />,
};

export function Parts({ open, onOpen, wrong }: Props) {
  const bad = new Set(sectionsWith(wrong));
  return (
    <Accordion
      multiple
      variant="contained"
      chevronPosition="left"
      transitionDuration={0}
      value={[...open]}
      onChange={(names) => onOpen(names as Section[])}
    >
      {NAMES.map((name) => (
        <Accordion.Item key={name} value={name}>
          <PartHead name={name} isWrong={bad.has(name)} />
          <Accordion.Panel>
            <Stack gap="sm">{PARTS[name]}</Stack>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

const MOST_SAID = 4;

function PartHead({ name, isWrong }: { name: Section; isWrong: boolean }) {
  const { t } = useTranslation();
  const { form } = useFilling();
  const host = useById("host").get(form.hostId);
  const said = summary(form, name, {
    field: (field) => t(`more.${field}`),
    rules: (count) => t("more.rule_count", { count }),
    host: host?.name ?? host?.hostname ?? form.hostId,
  });
  const rest = said.length - MOST_SAID;
  return (
    <Accordion.Control>
      <Group gap="xs">
        <Text fw={600} size="sm">
          {t(`more.${name}`)}
        </Text>
        {isWrong && (
          <Text size="xs" c="var(--state-red)">
            {t("more.wrong")}
          </Text>
        )}
        {!isWrong && said.length === 0 && (
          <Text size="xs" c="dimmed">
            {t(`more.${name}_hint`)}
          </Text>
        )}
        {(isWrong ? [] : said.slice(0, MOST_SAID)).map((one) => (
          <Badge key={one} variant="default" maw={220} className="mono" tt="none">
            {one}
          </Badge>
        ))}
        {!isWrong && rest > 0 && <Text size="xs">+{rest}</Text>}
      </Group>
    </Accordion.Control>
  );
}

function Variables() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <Pairs
      legend={t("service.environment")}
      add={t("form.add_variable")}
      pairs={form.environment}
      error={error("environment")}
      onChange={(environment) => put({ environment })}
    />
  );
}

function About() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <>
      <TextInput
        label={t("service.description")}
        value={form.description}
        error={error("description")}
        onChange={(event) => put({ description: event.currentTarget.value })}
      />
      <Pairs
        legend={t("service.labels")}
        add={t("form.add_label")}
        pairs={form.labels}
        error={error("labels")}
        onChange={(labels) => put({ labels })}
      />
    </>
  );
}

function Process() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <>
      <TextField name="command" />
      <TextField name="entryPoint" />
      <Group grow align="flex-start" wrap="wrap" preventGrowOverflow={false}>
        <TextField name="workingDir" />
        <TextField name="user" />
      </Group>
      <Select
        label={t("more.console")}
        data={CONSOLES.map((value) => ({ value, label: t(`more.consoles.${value}`) }))}
        value={form.console}
        allowDeselect={false}
        error={error("console")}
        onChange={(console) => put({ console: console as Console })}
      />
      {form.kind === "container" && <RestartFields />}
      <SwitchField name="pullsAlways" />
      <TextField name="logDriver" />
      {form.logDriver && (
        <Pairs
          legend={t("more.logOptions")}
          add={t("more.add_option")}
          pairs={form.logOptions}
          error={error("logOptions")}
          onChange={(logOptions) => put({ logOptions })}
        />
      )}
    </>
  );
}

function RestartFields() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <Group grow align="flex-start" wrap="wrap" preventGrowOverflow={false}>
      <Select
        label={t("more.restart")}
        miw={200}
        data={RESTARTS.map((value) => ({ value, label: t(`more.restarts.${value}`) }))}
        value={form.restart}
        allowDeselect={false}
        error={error("restart")}
        onChange={(restart) => put({ restart: restart as Restart })}
      />
      {form.restart === "on-failure" && <AmountField name="tries" step={1} />}
    </Group>
  );
}

function Limits() {
  const { t } = useTranslation();
  const pair = {
    grow: true,
    align: "flex-start",
    wrap: "wrap",
    preventGrowOverflow: false,
  } as const;
  return (
    <>
      <Group {...pair}>
        <AmountField name="memoryMib" step={64} />
        <AmountField name="swapMib" step={64} />
      </Group>
      <Group {...pair}>
        <AmountField name="cpus" step={0.5} />
        <AmountField name="cpuShares" step={128} />
        <TextField name="cpuSet" />
      </Group>
      <Fieldset legend={t("more.reserved")} p="sm">
        <Group {...pair}>
          <AmountField name="reservedMib" step={64} />
          <AmountField name="reservedCpus" step={0.5} />
        </Group>
        <Text size="xs" c="dimmed" mt={6}>
          {t("more.reserved_hint")}
        </Text>
      </Fieldset>
    </>
  );
}

const CAPABILITIES: readonly string[] = LAUNCH_CONFIG_RULES.capAdd.options;

function Security() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  return (
    <>
      <SwitchField name="isPrivileged" />
      <SwitchField name="isReadOnly" />
      <SwitchField name="seesHost" />
      {(["capAdd", "capDrop"] as const).map((name) => (
        <MultiSelect
          key={name}
          label={t(`more.${name}`)}
          searchable
          clearable
          data={[...CAPABILITIES]}
          value={form[name]}
          error={error(name)}
          onChange={(chosen) => put({ [name]: chosen })}
        />
      ))}
      <LinesField name="devices" />
    </>
  );
}
