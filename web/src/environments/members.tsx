/** Who may do what in an environment: its owners change that. */

import { Button, Group, Loader, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useRun } from "../act/run";
import type { Account, Project, ProjectMember } from "../api/generated";
import { type Collection, call, collectionPath, pathOf } from "../api/http";
import { useSession } from "../api/session";
import { ROWS } from "../live/cache";
import { Everywhere, useById, useRows } from "../live/live";
import { Trouble } from "../parts/trouble";
import { Unread } from "../parts/unread";
import { Wide } from "../parts/wide";
import { isPerson } from "./people";

type Role = ProjectMember["role"];
type Given = Pick<ProjectMember, "externalId" | "externalIdType" | "role">;
type Edit = (members: Given[]) => Given[];

const ROLES: readonly Role[] = ["owner", "member", "restricted", "readonly"];
const KIND = "rancher_id";
const LIST = { limit: "1000" };

/** Sends all members as they are now, changed in one place: nobody else's change is lost. */
function useMembersChange(environment: Project) {
  const client = useQueryClient();
  const run = useRun({ isQuiet: true });
  const offered = environment.actions.setmembers;
  const change = async (edit: Edit) => {
    if (!offered) return;
    const path = `${collectionPath(environment.id, "projectmembers")}?limit=1000`;
    const { data } = await call<Collection<ProjectMember>>("GET", path);
    const now = data.map(({ externalId, externalIdType, role }) => ({
      externalId,
      externalIdType,
      role,
    }));
    await run.mutateAsync({
      method: "POST",
      path: pathOf(offered),
      body: { members: edit(now) },
      about: {
        verb: "setmembers",
        type: environment.type,
        id: environment.id,
        name: environment.name ?? environment.id,
      },
    });
    await client.invalidateQueries({ queryKey: [ROWS, environment.id, "projectMember"] });
  };
  const begin = (edit: Edit) => void change(edit).catch(() => undefined); // `run.error` has it
  return { begin, mayChange: Boolean(offered), error: run.error };
}

export function Members({ environment }: { environment: Project }) {
  const { t } = useTranslation();
  const list = useRows("projectMember", LIST);
  const { begin, mayChange, error } = useMembersChange(environment);
  const members = list.rows as ProjectMember[];
  return (
    <section>
      <Title order={2} size="h4">
        {t("environment.members")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t(mayChange ? "environment.members_hint" : "environment.owners_only")}
      </Text>
      {list.isPending && <Loader aria-label={t("table.loading")} />}
      {list.isError && <Unread error={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && (
        <Everywhere>
          <Stack>
            <MemberTable members={members} mayChange={mayChange} onEdit={begin} />
            {error && <Trouble error={error} />}
            {mayChange && <AddMember members={members} onEdit={begin} />}
          </Stack>
        </Everywhere>
      )}
    </section>
  );
}

interface TableProps {
  members: readonly ProjectMember[];
  mayChange: boolean;
  onEdit: (edit: Edit) => void;
}

function MemberTable({ members, mayChange, onEdit }: TableProps) {
  const { t } = useTranslation();
  const accounts = useById("account");
  const own = useSession().data?.accountId;
  const owners = members.filter(({ role }) => role === "owner").length;
  return (
    <Wide least={320}>
      <Table aria-label={t("environment.members")} verticalSpacing="xs" maw={720}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("environment.who")}</Table.Th>
            <Table.Th>{t("environment.role")}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {members.map((member) => {
            const id = member.externalId ?? "";
            const name = accounts.get(id)?.name ?? id;
            const isLast = member.role === "owner" && owners === 1;
            const held = !mayChange || isLast;
            const why = isLast && mayChange ? t("environment.last_owner") : undefined;
            return (
              <Table.Tr key={member.id}>
                <Table.Td>
                  {name}{" "}
                  <Text span size="xs" c="dimmed">
                    {id === own ? t("change.you") : id}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <RoleChoice
                    label={t("environment.role_of", { name })}
                    value={member.role}
                    isHeld={held}
                    why={why}
                    onChange={(role) =>
                      onEdit((all) => all.map((m) => (m.externalId === id ? { ...m, role } : m)))
                    }
                  />
                </Table.Td>
                <Table.Td align="right">
                  <Button
                    size="xs"
                    variant="default"
                    disabled={held}
                    title={why}
                    aria-label={t("environment.remove_member", { name })}
                    onClick={() => onEdit((all) => all.filter((m) => m.externalId !== id))}
                  >
                    {t("environment.remove")}
                  </Button>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

interface RoleProps {
  label: string;
  value: Role;
  isHeld?: boolean;
  why?: string | undefined;
  onChange: (role: Role) => void;
}

function RoleChoice({ label, value, isHeld = false, why, onChange }: RoleProps) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={label}
      allowDeselect={false}
      disabled={isHeld}
      title={why}
      w={180}
      value={value}
      data={ROLES.map((role) => ({ value: role, label: t(`environment.roles.${role}`) }))}
      onChange={(role) => role && onChange(role as Role)}
    />
  );
}

/** Admins choose from the accounts; who does not see those names one by its id. */
function AddMember({ members, onEdit }: Omit<TableProps, "mayChange">) {
  const { t } = useTranslation();
  const isAdmin = useSession().data?.userType === "admin";
  const accounts = useById("account");
  const [who, setWho] = useState("");
  const [role, setRole] = useState<Role>("member");
  const known = new Set(members.map(({ externalId }) => externalId));
  const others = [...accounts.values()].filter((one) => isPerson(one) && !known.has(one.id));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const added = { externalId: who, externalIdType: KIND, role };
    onEdit((all) => [...all.filter((m) => m.externalId !== who), added]);
    setWho("");
  };
  const label = t("environment.account");
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        {isAdmin ? (
          <Select
            label={label}
            searchable
            value={who || null}
            placeholder={others.length === 0 ? t("environment.no_others") : undefined}
            data={others.map(choice)}
            onChange={(id) => setWho(id ?? "")}
          />
        ) : (
          <TextInput
            label={label}
            placeholder="1a7"
            value={who}
            onChange={(event) => setWho(event.currentTarget.value.trim())}
          />
        )}
        <RoleChoice label={t("environment.role")} value={role} onChange={setRole} />
        <Button type="submit" disabled={who === ""}>
          {t("environment.add_member")}
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {t(`environment.about.${role}`)}
      </Text>
    </form>
  );
}

const choice = ({ id, name }: Account) => ({ value: id, label: `${name ?? id} (${id})` });
