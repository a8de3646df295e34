package dev.otpkit.internal.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.otpkit.Recipient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxesTest {

    @ParameterizedTest
    @CsvSource({
        "victim@gmail.com,            victim@gmail.com",
        "Victim+1@gmail.com,          victim@gmail.com",
        "v.i.c.tim+a.b+c@gmail.com,   victim@gmail.com",
        "vic.tim@googlemail.com,      victim@gmail.com",
        "vic_tim@gmail.com,           vic_tim@gmail.com",
        "v.i-c_tim+1@protonmail.com,  victim@proton.me",
        "victim@pm.me,                victim@proton.me",
        "victim+1@icloud.com,         victim@icloud.com",
        "vic.tim@me.com,              vic.tim@icloud.com",
        "victim+1@mac.com,            victim@icloud.com",
        "victim+1@outlook.com,        victim@outlook.com",
        "vic.tim+1@hotmail.com,       vic.tim@hotmail.com",
        "victim+1@outlook.sa,         victim@outlook.sa",
        "victim+1@live.co.uk,         victim@live.co.uk",
        "vic.tim+1@protonmail.ch,     victim@proton.me",
        "victim+1@fastmail.com,       victim@fastmail.com",
        "anything@victim.fastmail.fm, victim@fastmail.fm"
    })
    void findsTheMailboxBehindAnAddress(String address, String base) {
        assertThat(Mailboxes.baseOf(Recipient.email(address))).contains(base);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "victim+1@example.com",
                "victim+1@mail.gmail.com",
                "victim+1@gmail.com.example",
                "victim-1@yahoo.com",
                "a@b.victim.fastmail.fm"
            })
    void knowsNothingOfOtherDomains(String address) {
        assertThat(Mailboxes.baseOf(Recipient.email(address))).isEmpty();
    }
}
