package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8:1:2::1",
                "2001:db8:1:2::",
                "2001:db8:1:2:ffff:ffff:ffff:ffff",
                "2001:DB8:1:2::1",
                "2001:0db8:0001:0002:0000:0000:0000:0001",
                "2001:db8:1:2:0:0:192.0.2.1",
                "2001:db8:1:2::192.0.2.1",
                " 2001:db8:1:2::1\n",
                "2001:db8:1:2::1%eth0",
                "2001:db8:1:2::1%25eth0",
                "2001:db8:1:2::1%"
            })
    void countsIpv6ByItsNetworkInEverySpelling(String address) {
        assertThat(ClientAddress.canonical(address)).isEqualTo("20010db800010002/64");
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:3::1, 20010db800010003/64",
        "2001:db8:1:1:ffff:ffff:ffff:ffff, 20010db800010001/64",
        "2001:db8::1, 20010db800000000/64",
        "[2001:db8::1], 20010db800000000/64",
        "[2001:DB8::1%eth0], 20010db800000000/64",
        "::1, 0000000000000000/64",
        "::, 0000000000000000/64",
        "fe80::1%1, fe80000000000000/64",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffffffffffffffff/64"
    })
    void separatesNetworks(String address, String name) {
        assertThat(ClientAddress.canonical(address)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.9",
                " 203.0.113.9 ",
                "::ffff:203.0.113.9",
                "::FFFF:203.0.113.9",
                "::ffff:cb00:7109",
                "0:0:0:0:0:ffff:203.0.113.9",
                "0000:0000:0000:0000:0000:ffff:cb00:7109"
            })
    void countsIpv4MappedAddressesAsIpv4(String address) {
        assertThat(ClientAddress.canonical(address)).isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1:2",
                "::1::",
                "12345::",
                "1:2:3:4:5:6:7:8:9",
                "::ffff:999.0.0.1",
                "::1.2.3",
                "::.",
                "a:.",
                "[::1]:443",
                "203.0.113.9:443",
                "203.0.113.9%eth0",
                "999.1.1.1",
                "010.0.0.1",
                "1.2.3",
                "2130706433",
                "0x7f000001",
                "client-4711",
                "Client-4711",
                "2001:db8::g",
                "2001:db8::1/64",
                "unknown",
                "%",
                "%::1",
                "host:8080",
                "cafe",
                "dead.beef"
            })
    void leavesAnythingElseAsItIs(String address) {
        assertThat(ClientAddress.canonical(address)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "example.com",
                "cafe.de",
                "a.b.c.d.e",
                "no-such-host.invalid",
                "face.cafe",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void neverResolvesAName(String name) {
        String canonical = assertTimeoutPreemptively(Duration.ofSeconds(3), () -> ClientAddress.canonical(name));
        assertThat(canonical).isEqualTo(name);
    }

    @Test
    void dropsWhiteSpaceAroundAnyAddress() {
        assertThat(ClientAddress.canonical("\u2003 client 1\t")).isEqualTo("client 1");
    }
}
