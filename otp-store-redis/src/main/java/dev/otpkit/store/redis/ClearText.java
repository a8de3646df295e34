package dev.otpkit.store.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.stream.Stream;

/** Finds out whether a password, and the records behind it, cross a network without TLS. */
final class ClearText {
    private ClearText() {}

    /**
     * Tells whether these URIs send a password in clear text to another machine.
     *
     * @param uris as configured; the hosts of a Sentinel URI are its Sentinels
     * @param primaries the hosts that are connected to, which Sentinels or a Cluster may have named
     */
    static boolean crossesANetwork(Collection<RedisURI> uris, Collection<String> primaries) {
        boolean passwordInClear = uris.stream().anyMatch(uri -> !uri.isSsl() && hasPassword(uri));
        return passwordInClear
                && Stream.concat(uris.stream().flatMap(RedisUris::hosts), primaries.stream())
                        .anyMatch(host -> !isThisMachine(host));
    }

    /** The credentials of a URI are there at once; other providers are not asked for theirs. */
    private static boolean hasPassword(RedisURI uri) {
        RedisCredentials credentials =
                uri.getCredentialsProvider().resolveCredentials().toFuture().getNow(null);
        return credentials != null && credentials.hasPassword();
    }

    /** Tells whether a host is this machine by its name or address, without asking DNS. */
    private static boolean isThisMachine(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return address == null
                    ? host.equalsIgnoreCase("localhost")
                    : InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
