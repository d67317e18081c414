using System.Buffers.Binary;

namespace Loragate.Governance.Reports.Fonts;

public sealed class FontFileTests
{
    private static readonly byte[] Font = FontSet.Bundled.Mono.Bytes.ToArray();

    [Fact]
    public void A_font_cut_off_anywhere_in_its_directory_is_refused()
    {
        for (var length = 0; length < 300; length++)
            Assert.Throws<ReportFontException>(() => FontFile.Parse(Font.AsMemory(0, length), "cut.ttf"));
    }

    [Fact]
    public void A_font_that_forbids_embedding_is_refused()
    {
        var font = Font.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(font.AsSpan(Table(font, "OS/2") + 8), 0x0002);
        var exception = Assert.Throws<ReportFontException>(() => FontFile.Parse(font, "restricted.ttf"));
        Assert.Contains("fsType", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("glyf", "CFF ")]
    [InlineData("gasp", "fvar")]
    public void Outlines_that_would_become_type_3_are_refused(string from, string to)
    {
        var font = Font.ToArray();
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(font, Entry(font, from));
        Assert.Throws<ReportFontException>(() => FontFile.Parse(font, "other.ttf"));
    }

    [Fact]
    public void A_face_that_the_file_does_not_have_is_refused() =>
        Assert.Throws<ReportFontException>(() => FontFile.Parse(Font, "plain.ttf", 1));

    [Fact]
    public void The_bundled_fonts_may_be_embedded()
    {
        foreach (var font in new[] { FontSet.Bundled.Regular, FontSet.Bundled.Bold, FontSet.Bundled.Mono })
            Assert.Equal(font.Bytes.Length, FontFile.Parse(font.Bytes, font.Name).Bytes.Length);
    }

    private static int Entry(byte[] font, string tag)
    {
        for (var offset = 12; ; offset += 16)
        {
            if (System.Text.Encoding.ASCII.GetString(font, offset, 4) == tag)
                return offset;
        }
    }

    private static int Table(byte[] font, string tag) => BinaryPrimitives.ReadInt32BigEndian(font.AsSpan(Entry(font, tag) + 8));
}
