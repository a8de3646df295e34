package dev.otpkit.store.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.stream.Stream;

/** Detects a password that crosses a network without TLS, and all records with it. */
final class ClearText {
    private ClearText() {}

    /**
     * Returns whether these URIs send a password in clear text to another machine.
     *
     * @param uris the configured URIs; the hosts of a Sentinel URI are its Sentinels
     * @param primaries the hosts of the connections, which Sentinels or a Cluster may have named
     */
    static boolean crossesANetwork(Collection<RedisURI> uris, Collection<String> primaries) {
        boolean passwordInClear = uris.stream().anyMatch(uri -> !uri.isSsl() && hasPassword(uri));
        return passwordInClear
                && Stream.concat(uris.stream().flatMap(RedisUris::hosts), primaries.stream())
                        .anyMatch(host -> !isThisMachine(host));
    }

    /** Returns whether a URI holds a password. Other providers of credentials are not called. */
    private static boolean hasPassword(RedisURI uri) {
        RedisCredentials credentials =
                uri.getCredentialsProvider().resolveCredentials().toFuture().getNow(null);
        return credentials != null && credentials.hasPassword();
    }

    /** Returns whether the name or address of a host is one of this machine, without a DNS query. */
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
