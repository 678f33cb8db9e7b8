import { type ClusterName, DEFAULT_MDS_PORT } from '@pstorage/discovery-core'
import { type Remedy, remedy } from '@pstorage/discovery-core/checks'
import { clusterSubtype } from '../service-type.js'

/** The file that makes Avahi tell about an MDS on its host; see avahi.service(5). */
export function avahiServiceFile(cluster: ClusterName | undefined): Remedy {
  const name = cluster === undefined ? '<name>CLUSTER</name> <!-- the name of yours -->' : `<name>${cluster}</name>`
  const subtype = cluster === undefined ? undefined : clusterSubtype(cluster)
  const lines = [
    '<?xml version="1.0" standalone="no"?>',
    '<!DOCTYPE service-group SYSTEM "avahi-service.dtd">',
    '<service-group>',
    `  ${name}`,
    '  <service>',
    '    <type>_pstorage._tcp</type>',
    ...(subtype === undefined ? [] : [`    <subtype>${subtype}._sub._pstorage._tcp</subtype>`]),
    `    <port>${DEFAULT_MDS_PORT}</port>`,
    '  </service>',
    '</service-group>',
  ]
  const place = `/etc/avahi/services/${cluster ?? 'pstorage'}.service`
  return remedy({ kind: 'file', place, software: 'Avahi', text: lines.join('\n') })
}
