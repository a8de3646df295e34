package dev.otpkit.examples.cli;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Stand-ins for the providers under their real names and ports, on loopback: a process that is started with
 * {@link #properties} reaches these and nothing else.
 */
final class Internet implements AutoCloseable {
    private static final String PASSWORD = "fake-keystore-password";
    private static final String GMAIL_ADDRESS = "192.0.2.10";
    private static final List<String> WEB =
            List.of("api.twilio.com:443", "gmail.googleapis.com:443", "oauth2.googleapis.com:443");

    private final Path keyStore;
    private final Path hosts;
    private final WireMockServer web;
    private final SubmissionServer gmail;
    private final ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> targets = new CopyOnWriteArrayList<>();

    Internet(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        keyStore = certificate(folder.resolve("providers.p12"));
        hosts = Files.writeString(folder.resolve("hosts"), GMAIL_ADDRESS + " smtp.gmail.com\n127.0.0.1 localhost\n");
        web = new WireMockServer(wireMockConfig()
                .bindAddress("127.0.0.1")
                .dynamicPort()
                .dynamicHttpsPort()
                .keystoreType("PKCS12")
                .keystorePath(keyStore.toString())
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD));
        web.start();
        gmail = new SubmissionServer(serving(keyStore));
        daemon(this::accept);
    }

    /** Returns the system properties that make a Java process use this instead of the network. */
    List<String> properties() {
        String port = Integer.toString(proxy.getLocalPort());
        return List.of(
                "-Dhttps.proxyHost=127.0.0.1",
                "-Dhttps.proxyPort=" + port,
                "-DsocksProxyHost=127.0.0.1",
                "-DsocksProxyPort=" + port,
                "-Djdk.net.hosts.file=" + hosts,
                "-Djavax.net.ssl.trustStore=" + keyStore,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** Returns the web servers of all providers, for which a request's host is that of the provider. */
    WireMockServer web() {
        return web;
    }

    SubmissionServer gmail() {
        return gmail;
    }

    /** Returns the requested hosts and ports, known or not. */
    List<String> targets() {
        return List.copyOf(targets);
    }

    /** Forgets the requests so far; the web servers forget their responses, too. */
    void forget() {
        targets.clear();
        gmail.forget();
        web.resetAll();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        gmail.close();
        web.stop();
    }

    private void accept() {
        while (!proxy.isClosed()) {
            try {
                Socket client = proxy.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            int first = in.readUnsignedByte();
            String target = first == 5 ? socks(client, in) : connect(in);
            targets.add(target);
            int port =
                    WEB.contains(target) ? web.httpsPort() : target.equals(GMAIL_ADDRESS + ":587") ? gmail.port() : 0;
            if (port == 0) {
                return;
            }
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream()
                        .write(
                                first == 5
                                        ? new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0}
                                        : "HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                daemon(() -> pass(server, client));
                pass(client, server);
            }
        } catch (IOException e) {
            // Either side has ended the connection.
        }
    }

    /** Reads SOCKS 5 (RFC 1928) as Java speaks it, up to the address. */
    private static String socks(Socket client, DataInputStream in) throws IOException {
        in.readFully(new byte[in.readUnsignedByte()]);
        client.getOutputStream().write(new byte[] {5, 0});
        in.readFully(new byte[4]);
        byte[] address = new byte[4];
        in.readFully(address);
        return InetAddress.getByAddress(address).getHostAddress() + ":" + in.readUnsignedShort();
    }

    /** Reads a {@code CONNECT}, whose first letter is read already. */
    private static String connect(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString().split(" ", 3)[1];
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Either side has ended the connection.
        }
    }

    private static Path certificate(Path file) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "providers",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=stand-in",
                        "-ext",
                        "san=dns:smtp.gmail.com,dns:api.twilio.com,dns:gmail.googleapis.com,dns:oauth2.googleapis.com",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .start();
        keytool.getOutputStream().close();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException("keytool failed: " + said);
        }
        return file;
    }

    private static SSLContext serving(Path keyStore) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    static void daemon(Runnable task) {
        Thread thread = new Thread(task, "stand-in");
        thread.setDaemon(true);
        thread.start();
    }
}
