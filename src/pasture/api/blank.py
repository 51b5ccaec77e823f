"""Fields that Rancher 1.6 shows and of which Pasture has nothing to say: null in each answer.

Clients of 1.6 look at every field of a schema without asking whether it is there (#2.2). A field
that gets a meaning is declared with its type, and leaves this table.
"""

from collections.abc import Mapping

MAP, TEXTS = "map[json]", "array[string]"
BLANK: Mapping[str, Mapping[str, str]] = {
    "account": {"version": "string"},
    "agent": {
        "agentResourcesAccountId": "reference[account]", "data": MAP, "externalId": "string",
        "labels": "map[string]", "managedConfig": "boolean", "publicValue": "string",
        "removeTime": "date", "uri": "string",
    },
    "auditLog": {"responseObject": "string"},
    "container": {
        "build": "json", "cpuCount": "int", "cpuPercent": "int", "dataVolumeMounts": MAP,
        "dataVolumesFrom": TEXTS, "diskQuota": "int", "healthCheck": "json",
        "instanceLinks": MAP, "instanceTriggeredStop": "string", "ioMaximumBandwidth": "int",
        "ioMaximumIOps": "int", "ip": "string", "ip6": "string", "isolation": "string",
        "lxcConf": "map[string]", "networkIds": TEXTS,
        "registryCredentialId": "reference[registryCredential]", "secrets": "array[json]",
        "userPorts": TEXTS, "version": "string",
    },
    "credential": {"secretValue": "password"},
    "host": {
        "computeTotal": "int", "hostTemplateId": "string", "localStorageMb": "int",
        "publicEndpoints": "array[json]", "stackId": "reference[stack]",
    },
    "network": {"networkDriverId": "string", "policy": "array[json]"},
    "processInstance": {"runningProcessServerId": "string", "startProcessServerId": "string"},
    "project": {
        "hostRemoveDelaySeconds": "int", "projectTemplateId": "string",
        "servicesPortRange": "json", "version": "string", "virtualMachine": "boolean",
    },
    "register": {"resourceData": MAP},
    "registry": {
        "blockDevicePath": "string", "driverName": "string", "externalId": "string",
        "volumeAccessMode": "string", "volumeCapabilities": TEXTS,
    },
    "service": {
        "assignServiceIpAddress": "boolean", "fqdn": "string", "lbConfig": "json",
        "linkedServices": "map[string]", "metadata": MAP, "publicEndpoints": "array[json]",
        "retainIp": "boolean", "scalePolicy": "json", "secondaryLaunchConfigs": "array[json]",
        "selectorContainer": "string", "selectorLink": "string", "upgrade": "json",
        "vip": "string",
    },
    "storagePool": {
        "blockDevicePath": "string", "storageDriverId": "string", "volumeCapabilities": TEXTS,
        "volumeIds": "array[reference[volume]]",
    },
    "volume": {"storageDriverId": "string", "volumeTemplateId": "string"},
    "stack": {
        "answers": MAP, "binding": "json", "dockerCompose": "string", "outputs": "map[string]",
        "previousEnvironment": "map[string]", "previousExternalId": "string",
        "rancherCompose": "string", "startOnCreate": "boolean", "templates": "map[string]",
    },
}  # fmt: skip
