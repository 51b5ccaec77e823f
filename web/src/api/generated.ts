// Made by `python -m scripts.development.web_types` from the server's declarations. Do not edit.

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What every resource has. */
export interface Resource {
  id: string;
  type: string;
  baseType: string;
  links: Record<string, string>;
  actions: Record<string, string>;
  state: string;
  transitioning: "yes" | "no" | "error";
  transitioningMessage: string | null;
  transitioningProgress: number | null;
}

/** What a field takes on creation, as the server checks it. */
export interface Rule {
  required?: boolean;
  min?: number;
  max?: number;
  minLength?: number;
  maxLength?: number;
  validChars?: string;
  options?: readonly string[];
}

export interface Account extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Id at an identity provider. */
  externalId: string | null;
  /** Kind of that id. */
  externalIdType: string | null;
  /** What they are to the installation: admin, readAdmin, user. */
  kind: "admin" | "readAdmin" | "user";
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Agent extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Its version. */
  agentVersion: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface ApiKey extends Resource {
  /** Whose. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Access key. */
  publicValue: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Secret key. */
  secretValue: string;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface AuditLog extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** How they proved it. */
  authType: "AdminAuth" | "BasicAuth" | "RegistrationToken" | "TokenAuth";
  /** Who asked. */
  authenticatedAsAccountId: string | null;
  /** Who asked, as an identity. */
  authenticatedAsIdentityId: string | null;
  /** From where. */
  clientIp: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** api.<type>.<create|update|delete|action> */
  eventType: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** What was sent, as JSON, secrets left out. */
  requestObject: string | null;
  /** Row of what was changed. */
  resourceId: number | null;
  /** Type of what was changed. */
  resourceType: string;
  /** HTTP status of the answer. */
  responseCode: number;
  /** Unique everywhere. */
  uuid: string;
}

export interface Container extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Block devices: path to limits. */
  blkioDeviceOptions: Record<string, BlkioDeviceOption>;
  /** Relative weight at block devices. */
  blkioWeight: number | null;
  /** Capabilities more. */
  capAdd: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  /** Capabilities less. */
  capDrop: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  /** Control group that it is put into. */
  cgroupParent: string | null;
  /** Command and arguments. */
  command: string[] | null;
  /** How many to make at once. */
  count: number;
  /** Length of a period, microseconds. */
  cpuPeriod: number | null;
  /** Microseconds a period. */
  cpuQuota: number | null;
  /** Microseconds. */
  cpuRealtimePeriod: number | null;
  /** Microseconds a period. */
  cpuRealtimeRuntime: number | null;
  /** Cores, for example 0-1. */
  cpuSet: string | null;
  /** Memory nodes, for example 0-1. */
  cpuSetMems: string | null;
  /** Relative weight. */
  cpuShares: number | null;
  /** Counts containers that the service made. */
  createIndex: number | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** name or /host:/path[:ro] */
  dataVolumes: string[];
  /** Containers with the same one share a host. */
  deploymentUnitUuid: string | null;
  /** For people. */
  description: string | null;
  /** /dev/on/host:/dev/inside:rwm */
  devices: string[];
  /** Name servers. */
  dns: string[];
  /** Options of the resolver. */
  dnsOpt: string[];
  /** Search domains. */
  dnsSearch: string[];
  /** Domain name inside. */
  domainName: string | null;
  /** Entry point. */
  entryPoint: string[] | null;
  /** Environment variables. */
  environment: Record<string, string>;
  /** Of the last run. */
  exitCode: number | null;
  /** Ports that are not published. */
  expose: string[];
  /** The Engine's id of it. */
  externalId: string | null;
  /** name:address */
  extraHosts: string[];
  /** When it first ran. */
  firstRunning: string | null;
  firstRunningTS?: number;
  /** Groups more. */
  groupAdd: string[];
  /** What the Engine runs to see whether it is well: CMD, CMD-SHELL or NONE, then the command. */
  healthCmd: string[] | null;
  /** Seconds between two. */
  healthInterval: number | null;
  /** Failures until unwell. */
  healthRetries: number | null;
  /** Health. */
  healthState: string | null;
  /** Seconds one may take. */
  healthTimeout: number | null;
  /** Where it is. */
  hostId: string | null;
  /** Host name inside. */
  hostname: string | null;
  /** Image, for example docker:nginx:1.27. */
  imageUuid: string | null;
  /** IPC namespace. */
  ipcMode: string | null;
  /** Limit of the kernel's, bytes. */
  kernelMemory: number | null;
  /** The concrete type. */
  kind: string;
  /** Labels. */
  labels: Record<string, string>;
  /** Where output goes. */
  logConfig: LogConfig | null;
  /** In the managed network. */
  macAddress: string | null;
  /** Hard limit in bytes. */
  memory: number | null;
  /** Bytes to keep free for it. */
  memoryReservation: number | null;
  /** Memory and swap, bytes. */
  memorySwap: number | null;
  /** How readily the kernel swaps its memory. */
  memorySwappiness: number | null;
  /** CPU to keep free for it, thousandths. */
  milliCpuReservation: number | null;
  /** What it mounts. */
  mounts: MountEntry[];
  /** Name. */
  name: string | null;
  /** Made by hand on the host. */
  nativeContainer: boolean;
  /** Names more, in the managed network of its host. */
  netAlias: string[];
  /** Whose network it shares, with networkMode container. */
  networkContainerId: string | null;
  /** Which network. */
  networkMode: "managed" | "bridge" | "host" | "none" | "container";
  /** Waits for memory in place of an end. */
  oomKillDisable: boolean;
  /** Who is killed first when memory ends. */
  oomScoreAdj: number | null;
  /** host or its own. */
  pidMode: "host" | null;
  /** Most processes. */
  pidsLimit: number | null;
  /** [[ip:]public:]private[/protocol] */
  ports: string[];
  /** Address of the container. */
  primaryIpAddress: string | null;
  /** The network that its address is in. */
  primaryNetworkId: string | null;
  /** All capabilities and devices. */
  privileged: boolean;
  /** Publish what the image exposes, at ports that the Engine chooses. */
  publishAllPorts: boolean;
  /** What the Engine published: ip:public:private/protocol. */
  publishedPorts: string[];
  /** Root file system read only. */
  readOnly: boolean;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Run it on this host only. */
  requestedHostId: string | null;
  /** When to start it again; not for a service's containers. */
  restartPolicy: RestartPolicy | null;
  /** An init process reaps children. */
  runInit: boolean;
  /** Security options. */
  securityOpt: string[];
  /** The service that it is a part of. */
  serviceId: string | null;
  /** The services that it is a part of. */
  serviceIds: string[];
  /** Its number in the service. */
  serviceIndex: string | null;
  /** Bytes of /dev/shm. */
  shmSize: number | null;
  /** Its stack. */
  stackId: string | null;
  /** How often it was seen to start. */
  startCount: number | null;
  /** Start it at once. */
  startOnCreate: boolean;
  /** When it last started. */
  started: string | null;
  startedTS?: number;
  /** Close standard input once the first client that was attached leaves. */
  stdinOnce: boolean;
  /** Keep standard input open. */
  stdinOpen: boolean;
  /** Signal that stops it. */
  stopSignal: string | null;
  /** Seconds until it is killed. */
  stopTimeout: number | null;
  /** Options of the Engine's storage driver, for example size. */
  storageOpt: Record<string, string>;
  /** The uuid in its labels, of one that was made here and is not known any more: adopt it. */
  strayUuid: string | null;
  /** Kernel parameters. */
  sysctls: Record<string, string>;
  /** Infrastructure of ours. */
  system: boolean;
  /** Mounts in memory: path to options. */
  tmpfs: Record<string, string>;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** A terminal. */
  tty: boolean;
  /** Kernel limits. */
  ulimits: Ulimit[];
  /** User inside. */
  user: string | null;
  /** host, where the Engine maps users. */
  usernsMode: "host" | null;
  /** host or its own. */
  uts: "host" | null;
  /** Unique everywhere. */
  uuid: string;
  /** Driver of named volumes. */
  volumeDriver: string | null;
  /** Working directory. */
  workingDir: string | null;
}

export interface Credential extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Who. */
  publicValue: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Host extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Its agent. */
  agentId: string | null;
  /** Where containers publish ports. */
  agentIpAddress: string | null;
  /** State of its agent. */
  agentState: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The machine's own name. */
  hostname: string | null;
  /** What the machine is: osInfo, cpuInfo, memoryInfo, diskInfo. */
  info: Json;
  /** What is on it. */
  instanceIds: string[] | null;
  /** The concrete type. */
  kind: string;
  /** For placement. */
  labels: Record<string, string>;
  /** Memory to hand out, bytes. */
  memory: number | null;
  /** CPU to hand out, thousandths of a core. */
  milliCpu: number | null;
  /** Name. */
  name: string | null;
  /** The machine that it is on. */
  physicalHostId: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Image extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Instance extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The Engine's id of it. */
  externalId: string | null;
  /** Where it is. */
  hostId: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface IpAddress extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** It. */
  address: string;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Whose, of a host. */
  hostId: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** In which network. */
  networkId: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Mount extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** In which. */
  instanceId: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Where in the container. */
  path: string;
  /** ro or rw. */
  permissions: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
  /** What; null without a name or a host. */
  volumeId: string | null;
}

export interface Network extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** What is not ruled. */
  defaultPolicyAction: "allow" | "deny";
  /** For people. */
  description: string | null;
  /** Name servers. */
  dns: string[];
  /** Search domains. */
  dnsSearch: string[];
  /** Ports are published on hosts. */
  hostPorts: boolean;
  /** The concrete type. */
  kind: string;
  /** For its driver. */
  metadata: Record<string, Json>;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Its addresses: 10.42.0.0/16. */
  subnets: string[];
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Password extends Resource {
  /** Whose. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Login name. */
  publicValue: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Password. */
  secretValue: string;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface PhysicalHost extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Its agent. */
  agentId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** What made it; null: by hand. */
  driver: string | null;
  /** Its id there. */
  externalId: string | null;
  /** Its host. */
  hostId: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Port extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Address on the host; null is all. */
  bindAddress: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Whose. */
  instanceId: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** The container's address. */
  privateIpAddressId: string | null;
  /** In the container. */
  privatePort: number;
  /** tcp or udp. */
  protocol: string;
  /** The host's address. */
  publicIpAddressId: string | null;
  /** On the host; null until the Engine has chosen one. */
  publicPort: number | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface ProcessInstance extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** When it ended. */
  endTime: string | null;
  endTimeTS?: number;
  /** Looks at it. */
  executionCount: number;
  /** What it waits for. */
  exitReason: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** How far it is. */
  phase: string;
  /** What goes first. */
  priority: number | null;
  /** Type and step: instance.start. */
  processName: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** With which: its row's number. */
  resourceId: string;
  /** With what. */
  resourceType: string;
  /** How it ended. */
  result: string | null;
  /** Not before. */
  runAfter: string | null;
  runAfterTS?: number;
  /** When it began. */
  startTime: string | null;
  startTimeTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Project extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** The network of its containers, unless they name another. */
  defaultNetworkId: string;
  /** For people. */
  description: string | null;
  /** Health of all in it. */
  healthState: string | null;
  /** The concrete type. */
  kind: string;
  /** First members. */
  members: ProjectMember[] | null;
  /** Name. */
  name: string | null;
  /** What runs containers here. */
  orchestration: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Addresses of its managed network; if not given, a free one of 10.42.0.0/16 to 10.57.0.0/16. */
  subnet: string | null;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface ProjectMember extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The member's id. */
  externalId: string | null;
  /** Kind of that id. */
  externalIdType: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Where. */
  projectId: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** What they may do. */
  role: "member" | "owner" | "readonly" | "restricted";
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Register extends Resource {
  /** The agent's key. */
  accessKey: string | null;
  /** Who owns it. */
  accountId: string | null;
  /** The agent that was made for it. */
  agentId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The host's own random key. */
  key: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Its secret. */
  secretKey: string | null;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface RegistrationToken extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** What to know of the address in the commands: that others do not reach it. */
  addressNote: string | null;
  /** What to run on a machine that joins. */
  command: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Image of the agent. */
  image: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Where a host joins. */
  registrationUrl: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** What to run where no registry has the agent's image: this server hands it over. */
  scriptCommand: string | null;
  /** What a joining host presents. */
  token: string | null;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Registry extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Host and port, for example registry.example.org:5000. */
  serverAddress: string;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface RegistryCredential extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Login name. */
  publicValue: string;
  /** Which registry. */
  registryId: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Password. */
  secretValue: string;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Service extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Containers made so far. */
  createIndex: number;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** Units that run. */
  currentScale: number;
  /** For people. */
  description: string | null;
  /** What it was made from. */
  externalId: string | null;
  /** Health of its containers. */
  healthState: string | null;
  /** Its containers. */
  instanceIds: string[] | null;
  /** The concrete type. */
  kind: string;
  /** How each container runs. */
  launchConfig: LaunchConfig | null;
  /** Unique in the stack, without regard to case. */
  name: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** How many units. */
  scale: number;
  /** Its stack. */
  stackId: string;
  /** Activate it at once. */
  startOnCreate: boolean;
  /** Infrastructure of ours. */
  system: boolean;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface ServiceExposeMap extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Which container. */
  instanceId: string;
  /** Its address. */
  ipAddress: string | null;
  /** The concrete type. */
  kind: string;
  /** Made by the service. */
  managed: boolean;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** In which service. */
  serviceId: string;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface Setting extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** What is in force. */
  activeValue: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Whether a value is set. */
  inDb: boolean | null;
  /** The concrete type. */
  kind: string;
  /** Its name. */
  name: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Where that comes from. */
  source: string | null;
  /** Unique everywhere. */
  uuid: string;
  /** The value set; null for the default. */
  value: string | null;
}

export interface Stack extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** Values for its files. */
  environment: Record<string, string>;
  /** What it was made from. */
  externalId: string | null;
  /** Groups stacks on the page. */
  group: string | null;
  /** Health of its services. */
  healthState: string | null;
  /** The concrete type. */
  kind: string;
  /** Unique in the environment, without regard to case. */
  name: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Its services. */
  serviceIds: string[] | null;
  /** Infrastructure of ours. */
  system: boolean;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface StoragePool extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The volume driver. */
  driverName: string;
  /** Of another driver. */
  externalId: string | null;
  /** Whose. */
  hostId: string | null;
  /** Whose. */
  hostIds: string[];
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
  /** Who may use its volumes at a time. */
  volumeAccessMode: string | null;
}

export interface Subnet extends Resource {
  /** Who owns it. */
  accountId: string | null;
  /** Length of its prefix. */
  cidrSize: number;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The last that is given to a container. */
  endAddress: string;
  /** The way out, on each host. */
  gateway: string;
  /** The concrete type. */
  kind: string;
  /** Name. */
  name: string | null;
  /** Its first address. */
  networkAddress: string;
  /** Of which. */
  networkId: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** The first that is given to a container. */
  startAddress: string;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface UserPreference extends Resource {
  /** Whose. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The concrete type. */
  kind: string;
  /** Which choice. */
  name: string;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Unique everywhere. */
  uuid: string;
  /** What was chosen. */
  value: string;
}

export interface Volume extends Resource {
  /** Who may use it at a time. */
  accessMode: string | null;
  /** Who owns it. */
  accountId: string | null;
  /** When. */
  created: string | null;
  createdTS?: number;
  /** For people. */
  description: string | null;
  /** The volume driver. */
  driver: string;
  /** Its options. */
  driverOpts: Record<string, string>;
  /** The Engine's name of it. */
  externalId: string | null;
  /** On which host. */
  hostId: string | null;
  /** What filled it. */
  imageId: string | null;
  /** A container that has it. */
  instanceId: string | null;
  /** A path of the host. */
  isHostPath: boolean;
  /** The concrete type. */
  kind: string;
  /** In which containers, where. */
  mounts: MountEntry[];
  /** Name. */
  name: string | null;
  /** When it was removed. */
  removed: string | null;
  removedTS?: number;
  /** Its size, where known. */
  sizeMb: number | null;
  /** Whose it is alone. */
  stackId: string | null;
  /** In which pool. */
  storagePoolId: string | null;
  /** Whether something is under way, or failed. */
  transitioning: "yes" | "no" | "error";
  /** What the state waits for or why it failed. */
  transitioningMessage: string | null;
  /** Percent, where known. */
  transitioningProgress: number | null;
  /** Of a path: where. */
  uri: string | null;
  /** Unique everywhere. */
  uuid: string;
}

export interface BlkioDeviceOption {
  /** Bytes read a second. */
  readBps: number | null;
  /** Reads a second. */
  readIops: number | null;
  /** Relative weight. */
  weight: number | null;
  /** Bytes written a second. */
  writeBps: number | null;
  /** Writes a second. */
  writeIops: number | null;
}

export interface ChangeSecretInput {
  /** The password from now on. */
  newSecret: string;
  /** The password now. */
  oldSecret: string;
}

export interface ContainerExec {
  /** Send it input. */
  attachStdin: boolean;
  /** Receive its output. */
  attachStdout: boolean;
  /** The program and its arguments. */
  command: string[];
  /** Further variables: NAME=value. */
  environment: string[];
  /** Of the terminal at first. */
  height: number | null;
  /** Give it a terminal. */
  tty: boolean;
  /** As whom: name[:group]. */
  user: string | null;
  /** Of the terminal at first. */
  width: number | null;
  /** Where. */
  workingDir: string | null;
}

export interface ContainerLogs {
  /** Go on with what comes. */
  follow: boolean;
  /** The last so many; null or -1: all. */
  lines: number | null;
  /** Only since: seconds since 1970, a time (2024-05-01T12:00:00Z), or how long ago (10m). */
  since: string | null;
  /** Begin each with its time. */
  timestamps: boolean | null;
}

export interface ContainerPath {
  /** Its path. */
  path: string;
}

export interface HostAccess {
  /** What opens it: ?token= or Authorization: Bearer. */
  token: string;
  /** Its websocket. */
  url: string;
}

export interface HostRemove {
  /** keep: they go on running, no longer known here; remove: they are removed first. */
  containers: "keep" | "remove";
}

export interface InstanceAdopt {
  /** Where its service has no room, make room for it. */
  scaleUp: boolean;
  /** On its own, whatever service its labels name. */
  standalone: boolean;
}

export interface InstanceStop {
  /** Remove it afterwards. */
  remove: boolean;
  /** Seconds until it is killed. */
  timeout: number | null;
}

export interface LaunchConfig {
  /** Block devices: path to limits. */
  blkioDeviceOptions: Record<string, BlkioDeviceOption>;
  /** Relative weight at block devices. */
  blkioWeight: number | null;
  /** Capabilities more. */
  capAdd: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  /** Capabilities less. */
  capDrop: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  /** Control group that it is put into. */
  cgroupParent: string | null;
  /** Command and arguments. */
  command: string[] | null;
  /** Length of a period, microseconds. */
  cpuPeriod: number | null;
  /** Microseconds a period. */
  cpuQuota: number | null;
  /** Microseconds. */
  cpuRealtimePeriod: number | null;
  /** Microseconds a period. */
  cpuRealtimeRuntime: number | null;
  /** Cores, for example 0-1. */
  cpuSet: string | null;
  /** Memory nodes, for example 0-1. */
  cpuSetMems: string | null;
  /** Relative weight. */
  cpuShares: number | null;
  /** name or /host:/path[:ro] */
  dataVolumes: string[];
  /** /dev/on/host:/dev/inside:rwm */
  devices: string[];
  /** Name servers. */
  dns: string[];
  /** Options of the resolver. */
  dnsOpt: string[];
  /** Search domains. */
  dnsSearch: string[];
  /** Domain name inside. */
  domainName: string | null;
  /** Entry point. */
  entryPoint: string[] | null;
  /** Environment variables. */
  environment: Record<string, string>;
  /** Ports that are not published. */
  expose: string[];
  /** name:address */
  extraHosts: string[];
  /** Groups more. */
  groupAdd: string[];
  /** What the Engine runs to see whether it is well: CMD, CMD-SHELL or NONE, then the command. */
  healthCmd: string[] | null;
  /** Seconds between two. */
  healthInterval: number | null;
  /** Failures until unwell. */
  healthRetries: number | null;
  /** Seconds one may take. */
  healthTimeout: number | null;
  /** Host name inside. */
  hostname: string | null;
  /** Image, for example docker:nginx:1.27. */
  imageUuid: string | null;
  /** IPC namespace. */
  ipcMode: string | null;
  /** Limit of the kernel's, bytes. */
  kernelMemory: number | null;
  /** Labels. */
  labels: Record<string, string>;
  /** Where output goes. */
  logConfig: LogConfig | null;
  /** Hard limit in bytes. */
  memory: number | null;
  /** Bytes to keep free for it. */
  memoryReservation: number | null;
  /** Memory and swap, bytes. */
  memorySwap: number | null;
  /** How readily the kernel swaps its memory. */
  memorySwappiness: number | null;
  /** CPU to keep free for it, thousandths. */
  milliCpuReservation: number | null;
  /** Names more, in the managed network of its host. */
  netAlias: string[];
  /** Whose network it shares, with networkMode container. */
  networkContainerId: string | null;
  /** Which network. */
  networkMode: "managed" | "bridge" | "host" | "none" | "container";
  /** Waits for memory in place of an end. */
  oomKillDisable: boolean;
  /** Who is killed first when memory ends. */
  oomScoreAdj: number | null;
  /** host or its own. */
  pidMode: "host" | null;
  /** Most processes. */
  pidsLimit: number | null;
  /** [[ip:]public:]private[/protocol] */
  ports: string[];
  /** All capabilities and devices. */
  privileged: boolean;
  /** Publish what the image exposes, at ports that the Engine chooses. */
  publishAllPorts: boolean;
  /** Root file system read only. */
  readOnly: boolean;
  /** Run on this host only. */
  requestedHostId: string | null;
  /** When to start it again; not for a service's containers. */
  restartPolicy: RestartPolicy | null;
  /** An init process reaps children. */
  runInit: boolean;
  /** Security options. */
  securityOpt: string[];
  /** Bytes of /dev/shm. */
  shmSize: number | null;
  /** Start at once. */
  startOnCreate: boolean;
  /** Close standard input once the first client that was attached leaves. */
  stdinOnce: boolean;
  /** Keep standard input open. */
  stdinOpen: boolean;
  /** Signal that stops it. */
  stopSignal: string | null;
  /** Seconds until it is killed. */
  stopTimeout: number | null;
  /** Options of the Engine's storage driver, for example size. */
  storageOpt: Record<string, string>;
  /** Kernel parameters. */
  sysctls: Record<string, string>;
  /** Mounts in memory: path to options. */
  tmpfs: Record<string, string>;
  /** A terminal. */
  tty: boolean;
  /** Kernel limits. */
  ulimits: Ulimit[];
  /** User inside. */
  user: string | null;
  /** host, where the Engine maps users. */
  usernsMode: "host" | null;
  /** host or its own. */
  uts: "host" | null;
  /** Driver of named volumes. */
  volumeDriver: string | null;
  /** Working directory. */
  workingDir: string | null;
}

export interface LogConfig {
  /** Its options. */
  config: Record<string, string>;
  /** Logging driver. */
  driver: string | null;
}

export interface MountEntry {
  /** In which container. */
  instanceId: string;
  /** The container's name. */
  instanceName: string | null;
  /** Where in the container. */
  path: string;
  /** What. */
  volumeId: string | null;
  /** Its name. */
  volumeName: string | null;
}

export interface RestartPolicy {
  /** Tries of on-failure. */
  maximumRetryCount: number;
  /** When. */
  name: "no" | "always" | "on-failure" | "unless-stopped";
}

export interface SetProjectMembersInput {
  /** All of them; at least one owner. */
  members: ProjectMember[];
}

export interface Ulimit {
  /** Hard limit; the soft one if not given. */
  hard: number | null;
  /** Which, for example nofile. */
  name: string;
  /** Soft limit. */
  soft: number;
}

export interface AccountGiven {
  description?: string | null;
  externalId?: string | null;
  externalIdType?: string | null;
  kind?: "admin" | "readAdmin" | "user";
  name?: string | null;
}

export interface AgentGiven {
  description?: string | null;
  name?: string | null;
}

export interface ApiKeyGiven {
  accountId?: string | null;
  description?: string | null;
  name?: string | null;
  publicValue?: string;
  secretValue?: string;
}

export interface AuditLogGiven {
  description?: string | null;
  name?: string | null;
}

export interface ContainerGiven {
  blkioDeviceOptions?: Record<string, BlkioDeviceOptionGiven>;
  blkioWeight?: number | null;
  capAdd?: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  capDrop?: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  cgroupParent?: string | null;
  command?: string[] | null;
  count?: number;
  cpuPeriod?: number | null;
  cpuQuota?: number | null;
  cpuRealtimePeriod?: number | null;
  cpuRealtimeRuntime?: number | null;
  cpuSet?: string | null;
  cpuSetMems?: string | null;
  cpuShares?: number | null;
  dataVolumes?: string[];
  description?: string | null;
  devices?: string[];
  dns?: string[];
  dnsOpt?: string[];
  dnsSearch?: string[];
  domainName?: string | null;
  entryPoint?: string[] | null;
  environment?: Record<string, string>;
  expose?: string[];
  extraHosts?: string[];
  groupAdd?: string[];
  healthCmd?: string[] | null;
  healthInterval?: number | null;
  healthRetries?: number | null;
  healthTimeout?: number | null;
  hostname?: string | null;
  imageUuid?: string | null;
  ipcMode?: string | null;
  kernelMemory?: number | null;
  labels?: Record<string, string>;
  logConfig?: LogConfigGiven | null;
  memory?: number | null;
  memoryReservation?: number | null;
  memorySwap?: number | null;
  memorySwappiness?: number | null;
  milliCpuReservation?: number | null;
  name?: string | null;
  netAlias?: string[];
  networkContainerId?: string | null;
  networkMode?: "managed" | "bridge" | "host" | "none" | "container";
  oomKillDisable?: boolean;
  oomScoreAdj?: number | null;
  pidMode?: "host" | null;
  pidsLimit?: number | null;
  ports?: string[];
  privileged?: boolean;
  publishAllPorts?: boolean;
  readOnly?: boolean;
  requestedHostId?: string | null;
  restartPolicy?: RestartPolicyGiven | null;
  runInit?: boolean;
  securityOpt?: string[];
  shmSize?: number | null;
  stackId?: string | null;
  startOnCreate?: boolean;
  stdinOnce?: boolean;
  stdinOpen?: boolean;
  stopSignal?: string | null;
  stopTimeout?: number | null;
  storageOpt?: Record<string, string>;
  sysctls?: Record<string, string>;
  tmpfs?: Record<string, string>;
  tty?: boolean;
  ulimits?: UlimitGiven[];
  user?: string | null;
  usernsMode?: "host" | null;
  uts?: "host" | null;
  volumeDriver?: string | null;
  workingDir?: string | null;
}

export interface CredentialGiven {
  description?: string | null;
  name?: string | null;
}

export interface HostGiven {
  description?: string | null;
  name?: string | null;
}

export interface ImageGiven {
  description?: string | null;
  name?: string | null;
}

export interface InstanceGiven {
  description?: string | null;
  name?: string | null;
}

export interface IpAddressGiven {
  description?: string | null;
  name?: string | null;
}

export interface MountGiven {
  description?: string | null;
  name?: string | null;
}

export interface NetworkGiven {
  description?: string | null;
  name?: string | null;
}

export interface PasswordGiven {
  accountId?: string | null;
  description?: string | null;
  name?: string | null;
  publicValue: string;
  secretValue: string;
}

export interface PhysicalHostGiven {
  description?: string | null;
  name?: string | null;
}

export interface PortGiven {
  description?: string | null;
  name?: string | null;
}

export interface ProcessInstanceGiven {
  description?: string | null;
  name?: string | null;
}

export interface ProjectGiven {
  description?: string | null;
  members?: ProjectMemberGiven[] | null;
  name?: string | null;
  subnet?: string | null;
}

export interface ProjectMemberGiven {
  description?: string | null;
  name?: string | null;
}

export interface RegisterGiven {
  description?: string | null;
  key: string;
  name?: string | null;
}

export interface RegistrationTokenGiven {
  description?: string | null;
  name?: string | null;
}

export interface RegistryGiven {
  description?: string | null;
  name?: string | null;
  serverAddress: string;
}

export interface RegistryCredentialGiven {
  description?: string | null;
  name?: string | null;
  publicValue: string;
  registryId: string;
  secretValue: string;
}

export interface ServiceGiven {
  description?: string | null;
  externalId?: string | null;
  launchConfig?: LaunchConfigGiven | null;
  name: string;
  scale?: number;
  stackId: string;
  startOnCreate?: boolean;
}

export interface ServiceExposeMapGiven {
  description?: string | null;
  name?: string | null;
}

export interface SettingGiven {
  description?: string | null;
  name: string;
  value?: string | null;
}

export interface StackGiven {
  description?: string | null;
  environment?: Record<string, string>;
  externalId?: string | null;
  group?: string | null;
  name: string;
}

export interface StoragePoolGiven {
  description?: string | null;
  name?: string | null;
}

export interface SubnetGiven {
  description?: string | null;
  name?: string | null;
}

export interface UserPreferenceGiven {
  accountId?: string | null;
  description?: string | null;
  name: string;
  value: string;
}

export interface VolumeGiven {
  description?: string | null;
  name?: string | null;
}

export interface BlkioDeviceOptionGiven {
  readBps?: number | null;
  readIops?: number | null;
  weight?: number | null;
  writeBps?: number | null;
  writeIops?: number | null;
}

export interface ChangeSecretInputGiven {
  newSecret: string;
  oldSecret: string;
}

export interface ContainerExecGiven {
  attachStdin?: boolean;
  attachStdout?: boolean;
  command: string[];
  environment?: string[];
  height?: number | null;
  tty?: boolean;
  user?: string | null;
  width?: number | null;
  workingDir?: string | null;
}

export interface ContainerLogsGiven {
  follow?: boolean;
  lines?: number | null;
  since?: string | null;
  timestamps?: boolean | null;
}

export interface ContainerPathGiven {
  path: string;
}

export interface HostRemoveGiven {
  containers?: "keep" | "remove";
}

export interface InstanceAdoptGiven {
  scaleUp?: boolean;
  standalone?: boolean;
}

export interface InstanceStopGiven {
  remove?: boolean;
  timeout?: number | null;
}

export interface LaunchConfigGiven {
  blkioDeviceOptions?: Record<string, BlkioDeviceOptionGiven>;
  blkioWeight?: number | null;
  capAdd?: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  capDrop?: ("ALL" | "AUDIT_CONTROL" | "AUDIT_WRITE" | "BLOCK_SUSPEND" | "CHOWN" | "DAC_OVERRIDE" | "DAC_READ_SEARCH" | "FOWNER" | "FSETID" | "IPC_LOCK" | "IPC_OWNER" | "KILL" | "LEASE" | "LINUX_IMMUTABLE" | "MAC_ADMIN" | "MAC_OVERRIDE" | "MKNOD" | "NET_ADMIN" | "NET_BIND_SERVICE" | "NET_BROADCAST" | "NET_RAW" | "SETFCAP" | "SETGID" | "SETPCAP" | "SETUID" | "SYSLOG" | "SYS_ADMIN" | "SYS_BOOT" | "SYS_CHROOT" | "SYS_MODULE" | "SYS_NICE" | "SYS_PACCT" | "SYS_PTRACE" | "SYS_RAWIO" | "SYS_RESOURCE" | "SYS_TIME" | "SYS_TTY_CONFIG" | "WAKE_ALARM")[];
  cgroupParent?: string | null;
  command?: string[] | null;
  cpuPeriod?: number | null;
  cpuQuota?: number | null;
  cpuRealtimePeriod?: number | null;
  cpuRealtimeRuntime?: number | null;
  cpuSet?: string | null;
  cpuSetMems?: string | null;
  cpuShares?: number | null;
  dataVolumes?: string[];
  devices?: string[];
  dns?: string[];
  dnsOpt?: string[];
  dnsSearch?: string[];
  domainName?: string | null;
  entryPoint?: string[] | null;
  environment?: Record<string, string>;
  expose?: string[];
  extraHosts?: string[];
  groupAdd?: string[];
  healthCmd?: string[] | null;
  healthInterval?: number | null;
  healthRetries?: number | null;
  healthTimeout?: number | null;
  hostname?: string | null;
  imageUuid?: string | null;
  ipcMode?: string | null;
  kernelMemory?: number | null;
  labels?: Record<string, string>;
  logConfig?: LogConfigGiven | null;
  memory?: number | null;
  memoryReservation?: number | null;
  memorySwap?: number | null;
  memorySwappiness?: number | null;
  milliCpuReservation?: number | null;
  netAlias?: string[];
  networkContainerId?: string | null;
  networkMode?: "managed" | "bridge" | "host" | "none" | "container";
  oomKillDisable?: boolean;
  oomScoreAdj?: number | null;
  pidMode?: "host" | null;
  pidsLimit?: number | null;
  ports?: string[];
  privileged?: boolean;
  publishAllPorts?: boolean;
  readOnly?: boolean;
  requestedHostId?: string | null;
  restartPolicy?: RestartPolicyGiven | null;
  runInit?: boolean;
  securityOpt?: string[];
  shmSize?: number | null;
  startOnCreate?: boolean;
  stdinOnce?: boolean;
  stdinOpen?: boolean;
  stopSignal?: string | null;
  stopTimeout?: number | null;
  storageOpt?: Record<string, string>;
  sysctls?: Record<string, string>;
  tmpfs?: Record<string, string>;
  tty?: boolean;
  ulimits?: UlimitGiven[];
  user?: string | null;
  usernsMode?: "host" | null;
  uts?: "host" | null;
  volumeDriver?: string | null;
  workingDir?: string | null;
}

export interface LogConfigGiven {
  config?: Record<string, string>;
  driver?: string | null;
}

export interface RestartPolicyGiven {
  maximumRetryCount?: number;
  name?: "no" | "always" | "on-failure" | "unless-stopped";
}

export interface SetProjectMembersInputGiven {
  members: ProjectMemberGiven[];
}

export interface UlimitGiven {
  hard?: number | null;
  name: string;
  soft: number;
}

export const ACCOUNT_RULES = {
  description: {"maxLength": 1024},
  externalId: {"maxLength": 255},
  externalIdType: {"maxLength": 128},
  kind: {"maxLength": 255, "options": ["admin", "readAdmin", "user"]},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const AGENT_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const API_KEY_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
  publicValue: {"maxLength": 4096},
  secretValue: {"maxLength": 4096},
} satisfies Record<string, Rule>;

export const AUDIT_LOG_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const CONTAINER_RULES = {
  blkioWeight: {"min": 10, "max": 1000},
  capAdd: {"options": ["ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"]},
  capDrop: {"options": ["ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"]},
  count: {"min": 1, "max": 100},
  cpuRealtimePeriod: {"min": 0},
  cpuRealtimeRuntime: {"min": 0},
  cpuShares: {"min": 0},
  description: {"maxLength": 1024},
  healthInterval: {"min": 1},
  healthRetries: {"min": 1},
  healthTimeout: {"min": 1},
  hostname: {"maxLength": 255},
  kernelMemory: {"min": 0},
  memory: {"min": 4194304},
  memoryReservation: {"min": 0},
  memorySwappiness: {"min": 0, "max": 100},
  milliCpuReservation: {"min": 0},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
  networkMode: {"options": ["managed", "bridge", "host", "none", "container"]},
  oomScoreAdj: {"min": -1000, "max": 1000},
  pidMode: {"options": ["host"]},
  stopTimeout: {"min": 0, "max": 3600},
  usernsMode: {"options": ["host"]},
  uts: {"options": ["host"]},
} satisfies Record<string, Rule>;

export const CREDENTIAL_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const HOST_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const IMAGE_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const INSTANCE_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const IP_ADDRESS_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const MOUNT_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const NETWORK_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const PASSWORD_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
  publicValue: {"required": true, "minLength": 1, "maxLength": 255},
  secretValue: {"required": true, "minLength": 8, "maxLength": 1024},
} satisfies Record<string, Rule>;

export const PHYSICAL_HOST_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const PORT_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const PROCESS_INSTANCE_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const PROJECT_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
  subnet: {"maxLength": 18},
} satisfies Record<string, Rule>;

export const PROJECT_MEMBER_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const REGISTER_RULES = {
  description: {"maxLength": 1024},
  key: {"required": true, "minLength": 16, "maxLength": 255},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const REGISTRATION_TOKEN_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const REGISTRY_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
  serverAddress: {"required": true, "minLength": 1, "maxLength": 255},
} satisfies Record<string, Rule>;

export const REGISTRY_CREDENTIAL_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
  publicValue: {"required": true, "minLength": 1, "maxLength": 4096},
  registryId: {"required": true},
  secretValue: {"required": true, "maxLength": 4096},
} satisfies Record<string, Rule>;

export const SERVICE_RULES = {
  description: {"maxLength": 1024},
  externalId: {"maxLength": 255},
  name: {"required": true, "minLength": 1, "maxLength": 63, "validChars": "a-zA-Z0-9-"},
  scale: {"min": 0, "max": 10000},
  stackId: {"required": true},
} satisfies Record<string, Rule>;

export const SERVICE_EXPOSE_MAP_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const SETTING_RULES = {
  description: {"maxLength": 1024},
  name: {"required": true, "minLength": 1, "maxLength": 255},
} satisfies Record<string, Rule>;

export const STACK_RULES = {
  description: {"maxLength": 1024},
  externalId: {"maxLength": 128},
  group: {"maxLength": 255},
  name: {"required": true, "minLength": 1, "maxLength": 63, "validChars": "a-zA-Z0-9-"},
} satisfies Record<string, Rule>;

export const STORAGE_POOL_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const SUBNET_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const USER_PREFERENCE_RULES = {
  description: {"maxLength": 1024},
  name: {"required": true, "minLength": 1, "maxLength": 255},
  value: {"required": true, "maxLength": 1048576},
} satisfies Record<string, Rule>;

export const VOLUME_RULES = {
  description: {"maxLength": 1024},
  name: {"minLength": 1, "maxLength": 255, "validChars": "^\\x00-\\x1f\\x7f-\\x9f"},
} satisfies Record<string, Rule>;

export const BLKIO_DEVICE_OPTION_RULES = {
  readBps: {"min": 0},
  readIops: {"min": 0},
  weight: {"min": 10, "max": 1000},
  writeBps: {"min": 0},
  writeIops: {"min": 0},
} satisfies Record<string, Rule>;

export const CHANGE_SECRET_INPUT_RULES = {
  newSecret: {"required": true, "minLength": 8, "maxLength": 1024},
  oldSecret: {"required": true, "maxLength": 1024},
} satisfies Record<string, Rule>;

export const CONTAINER_EXEC_RULES = {
  command: {"required": true},
  height: {"min": 1, "max": 10000},
  user: {"maxLength": 255},
  width: {"min": 1, "max": 10000},
  workingDir: {"maxLength": 4096},
} satisfies Record<string, Rule>;

export const CONTAINER_LOGS_RULES = {
  lines: {"min": -1, "max": 2147483648},
  since: {"maxLength": 64},
} satisfies Record<string, Rule>;

export const CONTAINER_PATH_RULES = {
  path: {"required": true, "minLength": 1, "maxLength": 4096},
} satisfies Record<string, Rule>;

export const HOST_REMOVE_RULES = {
  containers: {"options": ["keep", "remove"]},
} satisfies Record<string, Rule>;

export const INSTANCE_STOP_RULES = {
  timeout: {"min": 0},
} satisfies Record<string, Rule>;

export const LAUNCH_CONFIG_RULES = {
  blkioWeight: {"min": 10, "max": 1000},
  capAdd: {"options": ["ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"]},
  capDrop: {"options": ["ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"]},
  cpuRealtimePeriod: {"min": 0},
  cpuRealtimeRuntime: {"min": 0},
  cpuShares: {"min": 0},
  healthInterval: {"min": 1},
  healthRetries: {"min": 1},
  healthTimeout: {"min": 1},
  hostname: {"maxLength": 255},
  kernelMemory: {"min": 0},
  memory: {"min": 4194304},
  memoryReservation: {"min": 0},
  memorySwappiness: {"min": 0, "max": 100},
  milliCpuReservation: {"min": 0},
  networkMode: {"options": ["managed", "bridge", "host", "none", "container"]},
  oomScoreAdj: {"min": -1000, "max": 1000},
  pidMode: {"options": ["host"]},
  stopTimeout: {"min": 0, "max": 3600},
  usernsMode: {"options": ["host"]},
  uts: {"options": ["host"]},
} satisfies Record<string, Rule>;

export const RESTART_POLICY_RULES = {
  maximumRetryCount: {"min": 0},
  name: {"options": ["no", "always", "on-failure", "unless-stopped"]},
} satisfies Record<string, Rule>;

export const SET_PROJECT_MEMBERS_INPUT_RULES = {
  members: {"required": true},
} satisfies Record<string, Rule>;

export const ULIMIT_RULES = {
  name: {"required": true},
  soft: {"required": true},
} satisfies Record<string, Rule>;

export interface TypeMap {
  account: Account;
  agent: Agent;
  apiKey: ApiKey;
  auditLog: AuditLog;
  container: Container;
  credential: Credential;
  host: Host;
  image: Image;
  instance: Instance;
  ipAddress: IpAddress;
  mount: Mount;
  network: Network;
  password: Password;
  physicalHost: PhysicalHost;
  port: Port;
  processInstance: ProcessInstance;
  project: Project;
  projectMember: ProjectMember;
  register: Register;
  registrationToken: RegistrationToken;
  registry: Registry;
  registryCredential: RegistryCredential;
  service: Service;
  serviceExposeMap: ServiceExposeMap;
  setting: Setting;
  stack: Stack;
  storagePool: StoragePool;
  subnet: Subnet;
  userPreference: UserPreference;
  volume: Volume;
}

export const PLURALS = {
  account: "accounts",
  agent: "agents",
  apiKey: "apikeys",
  auditLog: "auditlogs",
  container: "containers",
  credential: "credentials",
  host: "hosts",
  image: "images",
  instance: "instances",
  ipAddress: "ipaddresses",
  mount: "mounts",
  network: "networks",
  password: "passwords",
  physicalHost: "physicalhosts",
  port: "ports",
  processInstance: "processinstances",
  project: "projects",
  projectMember: "projectmembers",
  register: "register",
  registrationToken: "registrationtokens",
  registry: "registries",
  registryCredential: "registrycredentials",
  service: "services",
  serviceExposeMap: "serviceexposemaps",
  setting: "settings",
  stack: "stacks",
  storagePool: "storagepools",
  subnet: "subnets",
  userPreference: "userpreferences",
  volume: "volumes",
} as const;

export const STATES = {
  account: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  agent: ["activating", "active", "deactivating", "disconnected", "disconnecting", "inactive", "reconnecting", "registering", "removed", "removing", "requested"],
  apiKey: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  container: ["creating", "error", "erroring", "purged", "purging", "removed", "removing", "requested", "restarting", "running", "starting", "stopped", "stopping", "updating-running", "updating-stopped"],
  credential: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  host: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  image: ["active", "removed"],
  instance: ["creating", "error", "erroring", "purged", "purging", "removed", "removing", "requested", "restarting", "running", "starting", "stopped", "stopping", "updating-running", "updating-stopped"],
  ipAddress: ["active", "removed"],
  mount: ["active", "removed"],
  network: ["active", "removed"],
  password: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  physicalHost: ["active", "removed"],
  port: ["active", "removed"],
  processInstance: ["active", "removed"],
  project: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  projectMember: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  register: ["activating", "active", "removed", "removing", "requested"],
  registrationToken: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  registry: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  registryCredential: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  service: ["activating", "active", "deactivating", "inactive", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  serviceExposeMap: ["active", "removed"],
  stack: ["activating", "active", "removed", "removing", "requested", "updating-active"],
  storagePool: ["active", "removed"],
  subnet: ["active", "removed"],
  userPreference: ["activating", "active", "deactivating", "inactive", "purged", "purging", "registering", "removed", "removing", "requested", "updating-active", "updating-inactive"],
  volume: ["active", "removed"],
} as const;

export const ACTIONS = {
  account: ["activate", "create", "deactivate", "purge", "remove", "update"],
  agent: ["activate", "create", "deactivate", "disconnect", "reconnect", "remove"],
  apiKey: ["activate", "create", "deactivate", "purge", "remove", "update"],
  container: ["adopt", "console", "copyfrom", "copyto", "create", "error", "execute", "logs", "purge", "remove", "restart", "start", "stop", "update"],
  credential: ["activate", "create", "deactivate", "purge", "remove", "update"],
  host: ["activate", "create", "deactivate", "purge", "remove", "update"],
  instance: ["create", "error", "purge", "remove", "restart", "start", "stop", "update"],
  password: ["activate", "changesecret", "create", "deactivate", "purge", "remove", "update"],
  project: ["activate", "create", "deactivate", "purge", "remove", "setmembers", "update"],
  projectMember: ["activate", "create", "deactivate", "purge", "remove", "update"],
  register: ["create", "remove"],
  registrationToken: ["activate", "create", "deactivate", "purge", "remove", "update"],
  registry: ["activate", "create", "deactivate", "purge", "remove", "update"],
  registryCredential: ["activate", "create", "deactivate", "purge", "remove", "update"],
  service: ["activate", "create", "deactivate", "remove", "update"],
  stack: ["create", "remove", "update"],
  userPreference: ["activate", "create", "deactivate", "purge", "remove", "update"],
} as const;

export const ERROR_CODES = ["ActionNotAvailable", "Conflict", "Forbidden", "Internal Server Error", "InvalidAction", "InvalidBodyContent", "InvalidCSRFToken", "InvalidCharacters", "InvalidFormat", "InvalidOldPassword", "InvalidOption", "InvalidReference", "LastAdminAccount", "MaxLengthExceeded", "MaxLimitExceeded", "Method not allowed", "MinLengthExceeded", "MinLimitExceeded", "MissingRequired", "Not Found", "NotNullable", "NotUnique", "PortInvalidPrivatePort", "PortInvalidProtocol", "PortInvalidPublicPort", "PortWrongFormat", "RequestEntityTooLarge", "ServerAddressUsed", "Service Unavailable", "Unauthorized"] as const;
