package dev.otpkit.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules for the language and the width of the texts in this tree, as functions of one text. */
final class Language {
    static final int MAX_WIDTH = 120;

    /** A comment may break a line between the two words. */
    private static final Pattern CAN_NOT = Pattern.compile("(?i)\\bcan[\\s*#/]+not\\b");

    private static final Pattern WHO_EVER = Pattern.compile("(?i)\\bwhoever\\b");

    private static final Pattern QUESTION_WORD =
            Pattern.compile("(?i)(?:(?:what|who|which)(?:ever)?|whom|whose|where|how|whether)\\b");

    /** Literals and line comments are matched so that nothing inside them is taken for a comment. */
    private static final Pattern TOKEN = Pattern.compile(
            "\"\"\"[\\s\\S]*?(?<!\\\\)\"\"\"|\"(?:[^\"\\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.[^']*)'"
                    + "|//[^\\n]*|/\\*[\\s\\S]*?\\*/");

    private static final Pattern MARGIN = Pattern.compile("(?m)^[ \\t]*\\*?[ \\t]?");
    private static final Pattern FIRST_TAG = Pattern.compile("(?m)^[ \\t]*@\\w");
    private static final Pattern TAG =
            Pattern.compile("(?m)^[ \\t]*@(?:(?:param|throws|exception)\\s+\\S+|return)\\s+(?=\\S)");
    private static final Pattern INLINE_RETURN = Pattern.compile("\\{@return\\s+");
    private static final Pattern MARKUP = Pattern.compile("(?:<[^>]*>|\\s)*");

    private static final Pattern TABLE_ROW = Pattern.compile("\\s*\\|.*");
    private static final Pattern FENCE = Pattern.compile("\\s*(?:```|~~~).*");
    /** A link or a URL, with at most the mark of a list or of a comment in front. */
    private static final Pattern LINK_ALONE = Pattern.compile(
            "\\s*(?:[-*#>]\\s+|//\\s+|\\d+\\.\\s+|<!--\\s*)?(?:\\[[^]]*]\\(\\S+\\)|\\S*https?://\\S+)\\S*\\s*");

    private static final Pattern URL = Pattern.compile("https?://");

    private Language() {}

    /** A place in a text that breaks a rule, or that a rule counts. */
    record Place(int line, String text) {}

    /** The first sentences and the texts of tags in the Javadoc of a source file. */
    record Javadoc(List<Place> firstSentences, List<Place> tagTexts) {}

    static List<Place> canNot(String text) {
        return places(CAN_NOT, text);
    }

    static List<Place> wordForAnyone(String text) {
        return places(WHO_EVER, text);
    }

    static boolean beginsWithAQuestionWord(String sentence) {
        Matcher markup = MARKUP.matcher(sentence);
        return QUESTION_WORD
                .matcher(sentence)
                .region(markup.lookingAt() ? markup.end() : 0, sentence.length())
                .lookingAt();
    }

    static Javadoc javadoc(String source) {
        List<Place> firstSentences = new ArrayList<>();
        List<Place> tagTexts = new ArrayList<>();
        for (MatchResult token : TOKEN.matcher(source).results().toList()) {
            String comment = token.group();
            if (comment.startsWith("/**") && comment.length() > "/**/".length()) {
                int line = lineOf(source, token.start());
                String text = MARGIN.matcher(comment.substring("/**".length(), comment.length() - "*/".length()))
                        .replaceAll("");
                Matcher firstTag = FIRST_TAG.matcher(text);
                String description = firstTag.find() ? text.substring(0, firstTag.start()) : text;
                Matcher inlineReturn = INLINE_RETURN.matcher(description);
                if (inlineReturn.lookingAt() || description.isBlank()) {
                    if (!description.isBlank()) {
                        tagTexts.add(new Place(line, firstLine(description.substring(inlineReturn.end()))));
                    }
                } else {
                    firstSentences.add(new Place(line, firstLine(description)));
                }
                for (MatchResult tag : TAG.matcher(text).results().toList()) {
                    tagTexts.add(new Place(line + lineOf(text, tag.end()) - 1, firstLine(text.substring(tag.end()))));
                }
            }
        }
        return new Javadoc(firstSentences, tagTexts);
    }

    static List<Place> tooWide(String file, String text) {
        boolean page = file.endsWith(".md");
        List<Place> places = new ArrayList<>();
        List<String> lines = text.lines().toList();
        boolean inBlock = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean row = page && !inBlock && TABLE_ROW.matcher(line).matches();
            boolean command = page && inBlock && URL.matcher(line).find();
            boolean exempt = row
                    || command
                    || line.startsWith("import ")
                    || LINK_ALONE.matcher(line).matches();
            if (line.codePointCount(0, line.length()) > MAX_WIDTH && !exempt) {
                places.add(new Place(i + 1, line));
            }
            if (page && FENCE.matcher(line).matches()) {
                inBlock = !inBlock;
            }
        }
        return places;
    }

    private static List<Place> places(Pattern rule, String text) {
        return rule.matcher(text)
                .results()
                .map(found -> new Place(lineOf(text, found.start()), found.group()))
                .toList();
    }

    private static int lineOf(String text, int index) {
        return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElseThrow();
    }
}
