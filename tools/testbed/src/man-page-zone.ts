/** The domain of the examples in pstorage-discovery(7). */
export const manPageDomain = 'pstorage.test'

/**
 * The zone of the examples in pstorage-discovery(7), as a name server loads it: with the hyphens and the leading blanks
 * that the printed page has lost. Two clusters have addresses, `my-cluster` and `my-second-cluster`; six are only listed.
 */
export const manPageZone = `$TTL 1H
@                     IN SOA ns rname.invalid. ( 1995032001 5H 10M 1D 3H )
                         NS  ns
                         A   192.168.100.1
ns                       A   127.0.0.1
s1                       A   192.168.100.1
s2                       A   192.168.100.2
s3                       A   192.168.100.3
s4                       A   192.168.100.4
; The names of clusters: each string of each record is a list of its own.
pstorage_clusters 300 IN TXT "cluster1,cluster2" "cluster3,cluster4"
pstorage_clusters 300 IN TXT "cluster5"
pstorage_clusters 300 IN TXT "cluster5" "cluster6"
; The metadata servers of my-cluster.
_pstorage._tcp.my-cluster SRV 0 1 2510 s3
_pstorage._tcp.my-cluster SRV 0 1 2510 s4
_pstorage._tcp.my-cluster SRV 0 1 2510 s1
; The metadata servers of my-second-cluster.
_pstorage._tcp.my-second-cluster SRV 0 1 2510 s4
_pstorage._tcp.my-second-cluster SRV 0 1 2510 s2
`
