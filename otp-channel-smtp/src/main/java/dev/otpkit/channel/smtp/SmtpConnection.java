package dev.otpkit.channel.smtp;

import dev.otpkit.spi.OtpMessage;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Logger;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.eclipse.angus.mail.util.SocketFetcher;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that records its stage and the server's last reply. Not thread-safe, except for
 * {@link #expire} and {@link #interrupt}.
 *
 * <p>Angus Mail implements the protocol. The socket is created here, so that it can be closed at any moment: Angus has
 * time-outs for single reads only, which a server that sends a byte now and then can prolong without end.
 */
final class SmtpConnection extends SMTPTransport {
    /**
     * At FINE and FINEST Angus logs addresses and everything on the wire, including the passcode. The loggers are named
     * after the package of the transport's class, which is this package. A filter stays when levels and handlers are
     * changed or read again, as long as its logger is reachable.
     */
    private static final List<Logger> SILENCED = loggers(SmtpConnection.class.getPackageName());

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final SmtpServer server;
    private final @Nullable String secret;
    private final BoundedSocket socket = new BoundedSocket();
    private SmtpStage stage = SmtpStage.CONNECT;
    private @Nullable SmtpReply reply;
    private @Nullable XOAuth2Refusal refusal;
    private boolean secure;
    private boolean used;
    private volatile boolean expired;
    private volatile boolean interrupted;

    /**
     * Creates a connection that is not open yet.
     *
     * @param secret the password or token of the server's login; null without one
     */
    SmtpConnection(SmtpServer server, @Nullable String secret) {
        super(server.session(), null);
        this.server = server;
        this.secret = secret;
        SILENCED.forEach(logger -> logger.setFilter(entry -> false));
    }

    private static List<Logger> loggers(String name) {
        return List.of(Logger.getLogger(name), Logger.getLogger(name + ".protocol"));
    }

    /** Connects, secures the connection and logs in. */
    void open() throws MessagingException {
        // Normally expire() comes first; this is the limit if it does not.
        int millis = (int) server.timeout().plus(GRACE).toMillis();
        Socket connected = socket;
        try {
            // Angus checks the certificate against the address's name, and would look up a missing one in DNS.
            InetAddress address = InetAddress.getByAddress(
                    server.host(), InetAddress.getByName(server.host()).getAddress());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(address, server.port()), millis);
            if (server.tls().fromFirstByte()) {
                enter(SmtpStage.TLS);
                connected = SocketFetcher.startTLS(
                        socket, server.host(), server.session().getProperties(), "mail.smtp");
                secure = true;
            }
        } catch (IOException e) {
            throw new MessagingException("no connection", e);
        }
        enter(SmtpStage.GREETING);
        connect(connected);
    }

    /**
     * Sends a mail.
     *
     * @return the server's positive reply
     */
    SmtpReply send(MimeMessage mail, String recipient) throws MessagingException {
        InternetAddress address = new InternetAddress();
        address.setAddress(recipient);
        sendMessage(mail, new Address[] {address});
        used = true;
        SmtpReply accepted = reply;
        if (accepted == null || !accepted.isPositive()) {
            throw new MessagingException("the message was accepted without a reply");
        }
        return accepted;
    }

    /** Returns the stage that the last exchange reached. */
    SmtpStage stage() {
        return stage;
    }

    /** Returns the reply to the last command; null if there was none, or none that is an SMTP reply. */
    @Nullable SmtpReply reply() {
        return reply;
    }

    /** Returns the server's reason to refuse the token; null if there is none. */
    @Nullable XOAuth2Refusal refusal() {
        return refusal;
    }

    /** Reports the secret to the login if the server has permanently refused it. */
    void reportRefusedSecret() {
        SmtpLogin login = server.login();
        if (login != null
                && secret != null
                && stage == SmtpStage.LOGIN
                && ((refusal != null && refusal.refusesToken()) || (reply != null && reply.code() >= 500))) {
            login.refused(secret);
        }
    }

    /** Returns a text without the secret, the code and the address. */
    String redact(String text, OtpMessage message) {
        return secret == null ? message.redact(text) : message.redact(text, secret);
    }

    /** Returns true if a mail was sent before, so that the connection need not be opened. */
    boolean wasUsed() {
        return used;
    }

    /** Prepares a kept connection for the next mail. */
    void renew() {
        socket.allowMore();
        expired = false;
        enter(SmtpStage.SENDER);
    }

    /** Returns true if the exchange failed only because the kept connection had ended in the meantime. */
    boolean wasStale() {
        SmtpReply last = reply;
        return used && !expired && !interrupted && stage == SmtpStage.SENDER && (last == null || last.code() == 421);
    }

    boolean isExpired() {
        return expired;
    }

    boolean isInterrupted() {
        return interrupted;
    }

    /** Sends {@code QUIT} and closes, without waiting for the reply. */
    synchronized void quit() {
        try {
            sendCommand("QUIT");
        } catch (MessagingException e) {
            // The connection has ended already.
        } finally {
            abort();
        }
    }

    /** Closes the socket because the time is over; an operation in progress fails. */
    void expire() {
        expired = true;
        abort();
    }

    /** Closes the socket because its thread was interrupted; an operation in progress fails. */
    void interrupt() {
        interrupted = true;
        abort();
    }

    /** Closes the socket without a command. */
    void abort() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is never used again.
        }
    }

    @Override
    protected synchronized boolean protocolConnect(
            @Nullable String host, int port, @Nullable String user, @Nullable String password)
            throws MessagingException {
        SmtpLogin login = server.login();
        return login == null
                ? super.protocolConnect(host, port, null, null)
                : super.protocolConnect(host, port, login.user(), secret);
    }

    @Override
    protected boolean ehlo(String domain) throws MessagingException {
        enter(SmtpStage.HELLO);
        if (!super.ehlo(domain)) {
            throw new MessagingException("EHLO was refused");
        }
        if (server.tls().byStartTls() && !secure) {
            if (!supportsExtension("STARTTLS")) {
                enter(SmtpStage.TLS);
                throw new MissingExtensionException("the server does not offer STARTTLS");
            }
            return true;
        }
        SmtpLogin login = server.login();
        if (login != null && Arrays.stream(login.mechanisms().split(" ")).noneMatch(this::supportsAuthentication)) {
            enter(SmtpStage.LOGIN);
            throw new MissingExtensionException("the server does not offer AUTH " + login.mechanisms());
        }
        return true;
    }

    @Override
    protected void startTLS() throws MessagingException {
        // Angus also calls this after a reply 530 to AUTH, with any settings.
        if (secure || !server.tls().byStartTls()) {
            throw new MessagingException("STARTTLS is not allowed here");
        }
        enter(SmtpStage.TLS);
        super.startTLS();
        secure = true;
    }

    @Override
    public synchronized int simpleCommand(String command) throws MessagingException {
        enter(SmtpStage.LOGIN);
        int code = super.simpleCommand(command);
        if (code == 334 && command.startsWith("AUTH XOAUTH2 ")) {
            // Here 334 is a refusal with a reason; the final reply follows an empty line. Angus would just disconnect.
            refusal = reply == null ? null : XOAuth2Refusal.of(reply.text());
            code = super.simpleCommand("");
        }
        return code;
    }

    @Override
    public synchronized void issueCommand(String command, int expected) throws MessagingException {
        // After a refusal the connection is closed, so a reset is not needed.
        if (!command.equals("RSET")) {
            super.issueCommand(command, expected);
            reply = null;
        }
    }

    @Override
    protected void mailFrom() throws MessagingException {
        enter(SmtpStage.SENDER);
        super.mailFrom();
    }

    @Override
    protected void rcptTo() throws MessagingException {
        enter(SmtpStage.RECIPIENT);
        super.rcptTo();
    }

    @Override
    protected OutputStream data() throws MessagingException {
        enter(SmtpStage.DATA);
        OutputStream content = super.data();
        enter(SmtpStage.CONTENT);
        return content;
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
        enter(SmtpStage.END);
        try {
            super.finishData();
        } catch (SMTPSendFailedException e) {
            // Angus accepts 250 alone as positive; RFC 5321, 4.2.1 has all of 2yz.
            if (reply == null || !reply.isPositive()) {
                throw e;
            }
        }
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        reply = null;
        int code = super.readServerResponse();
        // Angus reads the code of the first line; lines with different codes are no reply (RFC 5321, 4.2.1).
        if (SmtpReply.isCode(code) && SmtpReply.isOneReply(code, getLastServerResponse())) {
            reply = SmtpReply.of(code, getLastServerResponse());
        }
        return code;
    }

    private void enter(SmtpStage next) {
        stage = next;
        reply = null;
    }
}
