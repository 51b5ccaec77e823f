/** The parts of the form that are folded away at first: each says in its head what it holds. */

import {
  Accordion,
  ActionIcon,
  Button,
  Checkbox,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LAUNCH_CONFIG_RULES } from "../api/generated";
import { useById } from "../live/live";
import { Icon } from "../parts/icons";
import {
  type LaunchForm,
  NETWORKS,
  type Network,
  newRule,
  RESTARTS,
  type Restart,
  RULE_KINDS,
  RULES,
  type Rule,
} from "./launch";

interface Props {
  form: LaunchForm;
  kind: "service" | "container";
  error: (field: string) => string | undefined;
  onChange: (more: Partial<LaunchForm>) => void;
}

const BELOW = ["label", "input", "description", "error"] as ("label" | "input" | "description")[];

export function More(props: Props) {
  const { t } = useTranslation();
  const parts: [string, ReactNode, readonly (keyof LaunchForm)[]][] = [
    ["process", <Process key="p" {...props} />, ["entryPoint", "workingDir", "user", "restart"]],
    ["network", <Networking key="n" {...props} />, ["hostname", "dns"]],
    ["placement", <Placement key="s" {...props} />, ["hostId", "rules"]],
    ["limits", <Limits key="l" {...props} />, ["memoryMib", "cpus", "reservedMib", "reservedCpus"]],
    ["security", <Security key="c" {...props} />, ["capAdd", "capDrop"]],
  ];
  return (
    <Accordion multiple variant="contained" chevronPosition="left">
      {parts.map(([name, part, fields]) => {
        const isWrong = fields.some((field) => props.error(field)) || ruleIsWrong(name, props);
        return (
          <Accordion.Item key={name} value={name}>
            <Accordion.Control>
              <Group gap="xs">
                <Text fw={600} size="sm">
                  {t(`more.${name as "process"}`)}
                </Text>
                <Text size="xs" c={isWrong ? "red" : "dimmed"}>
                  {isWrong ? t("more.wrong") : t(`more.${name as "process"}_hint`)}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Stack gap="sm">{part}</Stack>
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

function ruleIsWrong(part: string, { form, error }: Props): boolean {
  return part === "placement" && form.rules.some((_, at) => error(`rules.${at}`));
}

type TextField = "entryPoint" | "workingDir" | "user" | "hostname" | "dns";

function Field({ name, form, error, onChange }: Props & { name: TextField }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t(`more.${name}`)}
      description={t(`more.${name}_hint`)}
      inputWrapperOrder={BELOW}
      value={form[name]}
      error={error(name)}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
}

function Process(props: Props) {
  const { t } = useTranslation();
  const { form, kind, onChange } = props;
  return (
    <>
      <Field {...props} name="entryPoint" />
      <Group grow align="flex-start">
        <Field {...props} name="workingDir" />
        <Field {...props} name="user" />
      </Group>
      {kind === "container" && (
        <Select
          label={t("more.restart")}
          data={RESTARTS.map((value) => ({ value, label: t(`more.restarts.${value}`) }))}
          value={form.restart}
          allowDeselect={false}
          onChange={(restart) => onChange({ restart: restart as Restart })}
        />
      )}
      <Checkbox
        label={t("more.hasTerminal")}
        checked={form.hasTerminal}
        onChange={(event) => onChange({ hasTerminal: event.currentTarget.checked })}
      />
    </>
  );
}

function Networking(props: Props) {
  const { t } = useTranslation();
  const { form, onChange } = props;
  return (
    <>
      <Select
        label={t("more.mode")}
        data={NETWORKS.map((value) => ({ value, label: t(`more.networks.${value}`) }))}
        value={form.network}
        allowDeselect={false}
        onChange={(network) => onChange({ network: network as Network })}
      />
      <Group grow align="flex-start">
        <Field {...props} name="hostname" />
        <Field {...props} name="dns" />
      </Group>
    </>
  );
}

function Placement({ form, error, onChange }: Props) {
  const { t } = useTranslation();
  const hosts = useById("host");
  const put = (at: number, more: Partial<Rule>) =>
    onChange({ rules: form.rules.map((rule, i) => (i === at ? { ...rule, ...more } : rule)) });
  return (
    <>
      <Select
        label={t("more.host")}
        description={t("more.host_hint")}
        inputWrapperOrder={BELOW}
        data={[
          { value: "", label: t("more.any_host") },
          ...[...hosts.values()].map((h) => ({ value: h.id, label: h.name ?? h.hostname ?? h.id })),
        ]}
        value={form.hostId}
        allowDeselect={false}
        error={error("hostId")}
        onChange={(hostId) => onChange({ hostId: hostId ?? "" })}
      />
      {form.rules.map((rule, at) => (
        <Group key={rule.key} gap="xs" align="flex-start">
          <Select
            aria-label={`${t("more.rule_how")} ${at + 1}`}
            w={150}
            data={RULES.map((value) => ({ value, label: t(`more.rules.${value}`) }))}
            value={rule.how}
            allowDeselect={false}
            onChange={(how) => put(at, { how: how as Rule["how"] })}
          />
          <Select
            aria-label={`${t("more.rule_what")} ${at + 1}`}
            w={210}
            data={RULE_KINDS.map((value) => ({ value, label: t(`more.kinds.${value}`) }))}
            value={rule.what}
            allowDeselect={false}
            onChange={(what) => put(at, { what: what as Rule["what"] })}
          />
          <TextInput
            aria-label={`${t("more.rule_term")} ${at + 1}`}
            placeholder={rule.what === "container" ? t("more.a_name") : "disk=ssd"}
            style={{ flex: 1, minWidth: 140 }}
            value={rule.term}
            error={error(`rules.${at}`)}
            onChange={(event) => put(at, { term: event.currentTarget.value.trim() })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("form.remove", { number: at + 1 })}
            onClick={() => onChange({ rules: form.rules.filter((_, i) => i !== at) })}
          >
            <Icon sign="close" size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Button
        variant="subtle"
        size="xs"
        me="auto"
        leftSection={<Icon sign="plus" size={14} />}
        onClick={() => onChange({ rules: [...form.rules, newRule()] })}
      >
        {t("more.add_rule")}
      </Button>
    </>
  );
}

type NumberField = "memoryMib" | "cpus" | "reservedMib" | "reservedCpus";

function Limits({ form, error, onChange }: Props) {
  const { t } = useTranslation();
  const field = (name: NumberField, step: number) => (
    <NumberInput
      label={t(`more.${name}`)}
      placeholder={t("more.no_limit")}
      min={0}
      step={step}
      value={form[name]}
      error={error(name)}
      onChange={(value) => onChange({ [name]: value === "" ? "" : Number(value) })}
    />
  );
  return (
    <>
      <Group grow align="flex-start">
        {field("memoryMib", 64)}
        {field("cpus", 0.5)}
      </Group>
      <Group grow align="flex-start">
        {field("reservedMib", 64)}
        {field("reservedCpus", 0.5)}
      </Group>
      <Text size="xs" c="dimmed">
        {t("more.reserved_hint")}
      </Text>
    </>
  );
}

const CAPABILITIES: readonly string[] = LAUNCH_CONFIG_RULES.capAdd.options;

function Security({ form, error, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Checkbox
        label={t("more.isPrivileged")}
        description={t("more.isPrivileged_hint")}
        checked={form.isPrivileged}
        onChange={(event) => onChange({ isPrivileged: event.currentTarget.checked })}
      />
      <Checkbox
        label={t("more.isReadOnly")}
        checked={form.isReadOnly}
        onChange={(event) => onChange({ isReadOnly: event.currentTarget.checked })}
      />
      {(["capAdd", "capDrop"] as const).map((name) => (
        <MultiSelect
          key={name}
          label={t(`more.${name}`)}
          searchable
          clearable
          data={[...CAPABILITIES]}
          value={form[name]}
          error={error(name)}
          onChange={(chosen) => onChange({ [name]: chosen })}
        />
      ))}
    </>
  );
}
