package dev.otpkit.channel.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.spi.DeliveryFailure.Kind;
import jakarta.mail.MessagingException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SmtpErrorsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # stage   | reply                                                                            | kind
        GREETING  | 421 4.3.0 Temporary System Problem. Try again later                        | UNAVAILABLE
        GREETING  | 421 4.7.0 Too many connections from your address                           | THROTTLED
        GREETING  | 554 5.7.1 Client host blocked                                              | MISCONFIGURED
        HELLO     | 550 5.7.1 Invalid HELO                                                     | MISCONFIGURED
        HELLO     | 421 Service not available, closing transmission channel                    | UNAVAILABLE
        TLS       | 454 4.7.0 TLS not available due to temporary reason                        | UNAVAILABLE
        TLS       | 501 5.5.4 Syntax error                                                     | MISCONFIGURED
        LOGIN     | 535 5.7.8 Username and Password not accepted                               | MISCONFIGURED
        LOGIN     | 535 5.7.8 too many failed login attempts                                   | MISCONFIGURED
        LOGIN     | 534 5.7.9 Application-specific password required                           | MISCONFIGURED
        LOGIN     | 530 5.7.0 Must issue a STARTTLS command first                              | MISCONFIGURED
        LOGIN     | 538 5.7.11 Encryption required for requested authentication mechanism      | MISCONFIGURED
        LOGIN     | 504 5.5.4 Unrecognized authentication type                                 | MISCONFIGURED
        LOGIN     | 550 5.7.30 Basic authentication is not supported for Client Submission     | MISCONFIGURED
        LOGIN     | 454 4.7.0 Temporary authentication failure                                 | UNAVAILABLE
        LOGIN     | 454 4.7.0 Too many login attempts, please try again later.                 | THROTTLED
        SENDER    | 421 4.4.2 Connection dropped                                               | UNAVAILABLE
        SENDER    | 451 4.3.0 Mail server temporarily rejected message                         | UNAVAILABLE
        SENDER    | 452 4.3.1 Insufficient system storage                                      | UNAVAILABLE
        SENDER    | 421 4.7.0 Our system has detected an unusual rate of mail                  | THROTTLED
        SENDER    | 530 5.7.0 Authentication Required                                          | MISCONFIGURED
        SENDER    | 550 5.7.60 Client does not have permissions to send as this sender         | MISCONFIGURED
        SENDER    | 553 5.7.1 Sender address rejected: not owned by user                       | MISCONFIGURED
        SENDER    | 550 mailbox unavailable                                                    | MISCONFIGURED
        SENDER    | 552 5.3.4 Message size exceeds limit                                       | MISCONFIGURED
        SENDER    | 550 5.4.5 Daily user sending limit exceeded. For more information on Gmail | THROTTLED
        SENDER    | 554 Message rate limit exceeded                                            | THROTTLED
        RECIPIENT | 450 4.2.0 Greylisted, see http://postgrey.example                          | UNAVAILABLE
        RECIPIENT | 450 4.2.1 The user is receiving mail at a rate that prevents more messages | THROTTLED
        RECIPIENT | 450 4.2.1 mailbox temporarily disabled                                     | UNAVAILABLE
        RECIPIENT | 450 4.7.1 Error: too much mail                                             | UNAVAILABLE
        RECIPIENT | 451 4.4.1 local error in processing                                        | UNAVAILABLE
        RECIPIENT | 452 4.2.2 The recipient's inbox is out of storage space                    | UNAVAILABLE
        RECIPIENT | 452 4.5.3 Your message has too many recipients                             | THROTTLED
        RECIPIENT | 450 4.7.28 Unsolicited mail from your address                              | THROTTLED
        RECIPIENT | 550 5.1.1 The email account that you tried to reach does not exist         | RECIPIENT_REJECTED
        RECIPIENT | 550 No such user here                                                      | RECIPIENT_REJECTED
        RECIPIENT | 550                                                                        | RECIPIENT_REJECTED
        RECIPIENT | 550 Authentication required                                                | MISCONFIGURED
        RECIPIENT | 550 Sender verify failed                                                   | MISCONFIGURED
        RECIPIENT | 550 Sender address rejected: not owned by user                             | MISCONFIGURED
        RECIPIENT | 553 sorry, that domain isn't in my list of allowed rcpthosts               | MISCONFIGURED
        RECIPIENT | 571 Delivery not authorized                                                | MISCONFIGURED
        RECIPIENT | 550 Client host blocked                                                    | MISCONFIGURED
        RECIPIENT | 550 Your address is on a blacklist                                         | MISCONFIGURED
        RECIPIENT | 551 User not local                                                         | RECIPIENT_REJECTED
        RECIPIENT | 552 5.2.2 Mailbox full                                                     | RECIPIENT_REJECTED
        RECIPIENT | 552 mailbox quota exceeded                                                 | RECIPIENT_REJECTED
        RECIPIENT | 552 5.2.2 The user's mail quota is exceeded                                | RECIPIENT_REJECTED
        RECIPIENT | 550 Hourly email limit exceeded                                            | THROTTLED
        RECIPIENT | 553 5.1.3 bad address syntax                                               | RECIPIENT_REJECTED
        RECIPIENT | 553 mailbox name not allowed                                               | RECIPIENT_REJECTED
        RECIPIENT | 554 5.1.2 bad destination system                                           | RECIPIENT_REJECTED
        RECIPIENT | 554 Transaction failed                                                     | RECIPIENT_REJECTED
        RECIPIENT | 556 5.1.10 Domain does not accept mail                                     | RECIPIENT_REJECTED
        RECIPIENT | 501 5.1.3 Bad recipient address syntax                                     | RECIPIENT_REJECTED
        RECIPIENT | 550 5.4.1 Recipient address rejected: Access denied                        | RECIPIENT_REJECTED
        RECIPIENT | 554 5.7.1 Recipient address rejected: Access denied                        | RECIPIENT_REJECTED
        RECIPIENT | 554 5.7.1 Relay access denied                                              | MISCONFIGURED
        RECIPIENT | 550 relaying denied                                                        | MISCONFIGURED
        RECIPIENT | 553 5.7.1 Sender address rejected: not owned by user                       | MISCONFIGURED
        RECIPIENT | 550 5.1.8 Sender domain not found                                          | MISCONFIGURED
        RECIPIENT | 550 5.7.23 SPF validation failed                                           | MISCONFIGURED
        RECIPIENT | 503 5.5.1 bad sequence of commands                                         | MISCONFIGURED
        RECIPIENT | 530 5.7.0 Authentication Required                                          | MISCONFIGURED
        RECIPIENT | 535 authenticate first                                                     | MISCONFIGURED
        RECIPIENT | 550 5.4.5 Daily SMTP relay sending limit exceeded                          | THROTTLED
        RECIPIENT | 452 quota exceeded for sender                                              | THROTTLED
        DATA      | 451 4.3.0 try again                                                        | UNAVAILABLE
        DATA      | 550 5.4.5 Daily user sending limit exceeded                                | THROTTLED
        DATA      | 554 5.5.1 no valid recipients                                              | MISCONFIGURED
        END       | 421 4.7.0 Try again later, closing connection                              | UNAVAILABLE
        END       | 451 4.7.1 Greylisting in action                                            | UNAVAILABLE
        END       | 452 4.3.1 Insufficient system storage                                      | UNAVAILABLE
        END       | 421 4.7.28 Gmail has detected an unusual rate                              | THROTTLED
        END       | 550 5.4.5 Daily user sending limit exceeded                                | THROTTLED
        END       | 454 Throttling failure: Maximum sending rate exceeded.                     | THROTTLED
        END       | 550 5.7.1 This message does not meet our policy                            | MISCONFIGURED
        END       | 550 5.7.26 Unauthenticated mail from the domain is not accepted (DMARC)    | MISCONFIGURED
        END       | 552 5.7.0 This message was blocked because its content presents a risk     | MISCONFIGURED
        END       | 554 5.7.1 Spam message rejected                                            | MISCONFIGURED
        END       | 554 Message rejected: Email address is not verified.                       | MISCONFIGURED
        END       | 550 refused                                                                | MISCONFIGURED
        END       | 552 5.2.2 Mailbox over quota                                               | RECIPIENT_REJECTED
        END       | 554 5.2.252 SendAsDenied; otp@acme.example not allowed to send as no-reply | MISCONFIGURED
        END       | 554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException              | MISCONFIGURED
        END       | 554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; \
            sender's submission quota exceeded | THROTTLED
        RECIPIENT | 550 5.2.0 not allowed to send on behalf of no-reply                        | MISCONFIGURED
        END       | 552 Requested mail action aborted: exceeded storage allocation             | RECIPIENT_REJECTED
        END       | 550 5.1.1 User unknown                                                     | RECIPIENT_REJECTED
        END       | 554 5.4.6 Too many hops                                                    | MISCONFIGURED
        """)
    void mapsEachRefusal(SmtpStage stage, String line, Kind kind) {
        SmtpReply reply = SmtpReply.of(Integer.parseInt(line.substring(0, 3)), line);

        assertThat(SmtpErrors.refused(stage, reply)).isEqualTo(kind);
    }

    @ParameterizedTest
    @MethodSource
    void mapsEachWayToBreakBeforeTheContentWasComplete(SmtpStage stage, Throwable cause, Kind kind) {
        assertThat(SmtpErrors.broken(stage, cause)).isEqualTo(kind);
    }

    static Stream<Arguments> mapsEachWayToBreakBeforeTheContentWasComplete() {
        return Stream.of(
                Arguments.of(SmtpStage.CONNECT, in(new UnknownHostException("host")), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.CONNECT, in(new ConnectException("refused")), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.CONNECT, in(new SocketTimeoutException("connect")), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.GREETING, in(new SocketTimeoutException("read")), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.TLS, in(new SSLHandshakeException("PKIX")), Kind.MISCONFIGURED),
                Arguments.of(SmtpStage.TLS, in(new IOException(new SSLException("not TLS"))), Kind.MISCONFIGURED),
                Arguments.of(SmtpStage.TLS, new MissingExtensionException("STARTTLS"), Kind.MISCONFIGURED),
                Arguments.of(SmtpStage.TLS, in(new SocketTimeoutException("read")), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.TLS, in(brokenOff(new EOFException("gone"))), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.TLS, in(brokenOff(new SocketException("reset"))), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.LOGIN, new MissingExtensionException("AUTH"), Kind.MISCONFIGURED),
                Arguments.of(SmtpStage.LOGIN, in(new SocketTimeoutException("read")), Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.DATA, null, Kind.UNAVAILABLE),
                Arguments.of(SmtpStage.CONTENT, in(new SocketException("reset")), Kind.UNAVAILABLE));
    }

    @ParameterizedTest
    @EnumSource
    void doesNotKnowWhatBecameOfAMessageOnlyAfterItsEnd(SmtpStage stage) {
        Kind expected = stage == SmtpStage.END ? Kind.UNCERTAIN : Kind.UNAVAILABLE;

        assertThat(SmtpErrors.broken(stage, in(new SocketException("closed")))).isEqualTo(expected);
        assertThat(SmtpErrors.broken(stage, null)).isEqualTo(expected);
    }

    @Test
    void isNotCaughtInACircleOfCauses() {
        MessagingException one = new MessagingException("one");
        MessagingException other = new MessagingException("other", one);
        one.setNextException(other);

        assertThat(SmtpErrors.broken(SmtpStage.SENDER, one)).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void readsAReplyOfManyLines() {
        SmtpReply reply = SmtpReply.of(550, "550-5.1.1 The account\n550-5.1.1  does not exist.\n550 5.1.1 Sorry\n");

        assertThat(reply.text()).isEqualTo("5.1.1 The account 5.1.1  does not exist. 5.1.1 Sorry");
        assertThat(reply.enhanced()).isEqualTo("5.1.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
        550 sorry, no mailbox here by that name. (#5.1.1)  | 5.1.1
        550 5.7.26 see 4.7.26                              | 5.7.26
        550 4.7.1 of another class                         | none
        550 no status                                      | none
        550 blocked: 5.1.1.20                              | none
        550 from 10.5.1.1                                  | none
        450 4.7.1 <x>                                      | 4.7.1
        250 2.0.0 Ok                                       | 2.0.0
        """)
    void findsTheEnhancedStatus(String line, String status) {
        SmtpReply reply = SmtpReply.of(Integer.parseInt(line.substring(0, 3)), line);

        assertThat(reply.enhanced()).isEqualTo(status == null ? "" : status);
    }

    @Test
    void boundsWhatItReadsOfAReply() {
        assertThat(SmtpReply.of(550, "550 " + "x".repeat(1_000_000)).text()).hasSizeLessThanOrEqualTo(8192);
    }

    private static MessagingException in(Exception cause) {
        return new MessagingException("wrapped", cause);
    }

    private static SSLException brokenOff(IOException cause) {
        return new SSLException("the peer ended the handshake", cause);
    }
}
