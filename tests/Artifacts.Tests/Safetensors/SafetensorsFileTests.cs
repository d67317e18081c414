using System.Text;
using Loragate.Testing;

namespace Loragate.Artifacts.Safetensors;

public sealed class SafetensorsFileTests
{
    private const string OneTensor = """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""";

    [Fact]
    public void A_tensor_is_read_whole_and_in_part()
    {
        using var temp = new TempFolder();
        using var file = SafetensorsFile.Open(temp.Write("f", RawSafetensors.Of(OneTensor, 1, 2, 3, 4)));
        var part = new byte[2];
        file.Read(file.Find("a")!, 1, part);
        Assert.Equal([2, 3], part);
        Assert.Equal([1, 2, 3, 4], file.ReadAll(file.Find("a")!));
        Assert.Null(file.Find("b"));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(4, 1)]
    [InlineData(0, 5)]
    [InlineData(long.MaxValue, 1)]
    public void Bytes_outside_a_tensor_are_never_read(long offset, int count)
    {
        using var temp = new TempFolder();
        using var file = SafetensorsFile.Open(temp.Write("f", RawSafetensors.Of(OneTensor, 1, 2, 3, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Find("a")!, offset, new byte[count]));
    }

    [Fact]
    public void A_file_cut_short_after_opening_is_named_and_not_read_as_zeros()
    {
        using var temp = new TempFolder();
        var path = temp.Write("f", RawSafetensors.Of(OneTensor, 1, 2, 3, 4));
        using var file = SafetensorsFile.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            Truncate(stream);
        var refusal = Assert.Throws<SafetensorsException>(() => file.ReadAll(file.Find("a")!));
        Assert.Equal(SafetensorsFault.FileLength, refusal.Code);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_the_largest_size_is_read_and_one_byte_more_is_refused_unread()
    {
        using var temp = new TempFolder();
        var path = temp.PathTo("f");
        Write(path, SafetensorsHeader.MaxHeaderBytes);
        using (var file = SafetensorsFile.Open(path))
            Assert.Single(file.Header.Tensors);

        Write(path, SafetensorsHeader.MaxHeaderBytes + 1);
        Assert.Equal(SafetensorsFault.HeaderTooLarge, Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path)).Code);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"7","shape":[4],"data_offsets":[0,4]}}""", SafetensorsFault.DType)]
    [InlineData("""{"a":{"dtype":"U8, I8","shape":[4],"data_offsets":[0,4]}}""", SafetensorsFault.DType)]
    [InlineData("""{"a":{"dtype":" U8","shape":[4],"data_offsets":[0,4]}}""", SafetensorsFault.DType)]
    [InlineData("""{"a":{"dtype":"U8","shape":[+4],"data_offsets":[0,4]}}""", SafetensorsFault.HeaderJson)]
    [InlineData("""{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}""", SafetensorsFault.Shape)]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4e0]}}""", SafetensorsFault.Offsets)]
    [InlineData("""{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,4]}}""", SafetensorsFault.Shape)]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[9223372036854775804,9223372036854775807]}}""", SafetensorsFault.Size)]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", SafetensorsFault.Shape)]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", SafetensorsFault.Layout)]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"A\u0000":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}}""", SafetensorsFault.Name)]
    [InlineData("""{"__metadata__":{"a":{}},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", SafetensorsFault.Metadata)]
    public void A_header_that_two_readers_could_read_differently_is_refused(string header, SafetensorsFault code)
    {
        using var temp = new TempFolder();
        var refusal = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(temp.Write("f", RawSafetensors.Of(header, 1, 2, 3, 4))));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void A_pointer_file_and_a_zip_archive_are_told_by_name()
    {
        using var temp = new TempFolder();
        var pointer = temp.Write("p", "version https://example.org/spec/v1\noid sha256:00\nsize 1\n"u8);
        Assert.Contains("Git LFS", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(pointer)).Fault, StringComparison.Ordinal);
        var archive = temp.Write("z", Encoding.ASCII.GetBytes("PK\u0003\u0004" + new string('x', 60)));
        Assert.Contains("zip", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(archive)).Fault, StringComparison.Ordinal);
    }

    /// <summary>.NET takes advisory locks that a foreign writer does not ask for; this one plays the foreign writer.</summary>
    private static void Truncate(FileStream stream) => stream.SetLength(stream.Length - 1);

    private static void Write(string path, int headerBytes)
    {
        using var stream = File.Create(path);
        stream.Write(BitConverter.GetBytes((ulong)headerBytes));
        stream.Write(Encoding.ASCII.GetBytes(OneTensor));
        var spaces = new byte[1 << 20];
        Array.Fill(spaces, (byte)' ');
        for (var left = headerBytes - OneTensor.Length; left > 0; left -= spaces.Length)
            stream.Write(spaces, 0, Math.Min(left, spaces.Length));
        stream.Write([1, 2, 3, 4]);
    }
}
