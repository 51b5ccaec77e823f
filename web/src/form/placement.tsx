/** The part of the form that says on which hosts containers may run. */

import { ActionIcon, Button, Group, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useById } from "../live/live";
import { Icon } from "../parts/icons";
import { BELOW, useFilling } from "./context";
import { HOWS, newRule, type Rule, WHATS } from "./rules";

export function Placement() {
  const { t } = useTranslation();
  const { form, put, error } = useFilling();
  const hosts = useById("host");
  const change = (at: number, more: Partial<Rule>) =>
    put({ rules: form.rules.map((rule, i) => (i === at ? { ...rule, ...more } : rule)) });
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
        onChange={(hostId) => put({ hostId: hostId ?? "" })}
      />
      {form.rules.map((rule, at) => (
        <RuleFields
          key={rule.key}
          rule={rule}
          at={at}
          onChange={(more) => change(at, more)}
          onRemove={() => put({ rules: form.rules.filter((_, i) => i !== at) })}
        />
      ))}
      <Button
        variant="subtle"
        size="xs"
        me="auto"
        leftSection={<Icon sign="plus" size={14} />}
        onClick={() => put({ rules: [...form.rules, newRule()] })}
      >
        {t("more.add_rule")}
      </Button>
    </>
  );
}

interface Props {
  rule: Rule;
  at: number;
  onChange: (more: Partial<Rule>) => void;
  onRemove: () => void;
}

function RuleFields({ rule, at, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { error } = useFilling();
  return (
    <Group gap="xs" align="flex-start">
      <Select
        aria-label={`${t("more.rule_how")} ${at + 1}`}
        w={170}
        data={HOWS.map((value) => ({ value, label: t(`more.rules.${value}`) }))}
        value={rule.how}
        allowDeselect={false}
        onChange={(how) => onChange({ how: how as Rule["how"] })}
      />
      <Select
        aria-label={`${t("more.rule_what")} ${at + 1}`}
        w={200}
        data={WHATS.map((value) => ({ value, label: t(`more.kinds.${value}`) }))}
        value={rule.what}
        allowDeselect={false}
        onChange={(what) => onChange({ what: what as Rule["what"] })}
      />
      <TextInput
        aria-label={`${t("more.rule_term")} ${at + 1}`}
        placeholder={rule.what === "container" ? t("more.a_name") : "disk=ssd"}
        style={{ flex: 1, minWidth: 140 }}
        value={rule.term}
        error={error(`rules.${at}`)}
        onChange={(event) => onChange({ term: event.currentTarget.value.trim() })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("form.remove", { number: at + 1 })}
        onClick={onRemove}
      >
        <Icon sign="close" size={16} />
      </ActionIcon>
    </Group>
  );
}
