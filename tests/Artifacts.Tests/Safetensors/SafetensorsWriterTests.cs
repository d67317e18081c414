using CsCheck;
using Loragate.Testing;

namespace Loragate.Artifacts.Safetensors;

public sealed class SafetensorsWriterTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    private static readonly Gen<TensorPlan[]> Plans =
        Gen.Select(Gen.Enum<DType>(), Gen.Int[0, 5].Array[0, 3], (dtype, shape) => (dtype, shape))
            .Where(t => t.shape.Aggregate(1L, (n, d) => n * d) * t.dtype.Bits % 8 == 0)
            .Array[0, 12]
            .Select(all => all.Select((t, i) => new TensorPlan($"t{i * 7 % 13}.{i}", t.dtype, [.. t.shape.Select(d => (long)d)])).ToArray());

    [Fact]
    public void The_same_tensors_in_any_order_give_the_same_bytes() =>
        Gen.Select(Plans, Gen.Int).Sample((plans, seed) =>
        {
            using var temp = new TempFolder();
            var shuffled = plans.ToArray();
            new Random(seed).Shuffle(shuffled);
            var (first, second) = (Write(temp.PathTo("a"), plans), Write(temp.PathTo("b"), shuffled));
            Assert.Equal(first, second);
        }, iter: 200, threads: 1, seed: "0000000000001");

    /// <summary>The library's order: Dtype is declared by rising alignment and sorted falling, then names rise (tensor.rs, prepare).</summary>
    [Fact]
    public void Types_of_one_width_lie_as_the_library_lays_them()
    {
        using var temp = new TempFolder();
        DType[] types = [DType.F64, DType.I64, DType.U64, DType.I32, DType.F32, DType.BF16, DType.F16, DType.I16, DType.U8, DType.BOOL, DType.F4];
        using var writer = SafetensorsWriter.Create(temp.PathTo("a"), types.Select((type, i) => new TensorPlan($"t{i}", type, [8])), NoMetadata);
        Assert.Equal([DType.U64, DType.I64, DType.F64, DType.F32, DType.I32, DType.BF16, DType.F16, DType.I16, DType.U8, DType.F4, DType.BOOL], writer.Layout.Select(t => t.DType));
    }

    [Fact]
    public void The_digest_is_of_what_was_written_whatever_stands_in_its_place_by_now()
    {
        using var temp = new TempFolder();
        var (path, aside) = (temp.PathTo("a"), temp.PathTo("aside"));
        using var writer = SafetensorsWriter.Create(path, [new TensorPlan("t", DType.U8, [3])], NoMetadata);
        writer.Write("t", 0, [1, 2, 3]);
        writer.Flush();
        File.Move(path, aside);
        temp.Write("a", "another"u8);
        var digest = writer.ComputeDigest(TestContext.Current.CancellationToken);
        writer.Dispose();
        Assert.Equal(Digest.OfFile(aside), digest);
    }

    [Fact]
    public void What_is_written_is_read_back() =>
        Plans.Sample(plans =>
        {
            using var temp = new TempFolder();
            Write(temp.PathTo("a"), plans);
            using var file = SafetensorsFile.Open(temp.PathTo("a"));
            Assert.Equal(plans.Select(p => p.Name).Order(StringComparer.Ordinal), file.Header.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal));
            foreach (var plan in plans)
            {
                var tensor = file.Find(plan.Name)!;
                Assert.Equal(plan.DType, tensor.DType);
                Assert.Equal(plan.Shape, tensor.Shape);
                Assert.Equal(Content(plan), file.ReadAll(tensor));
            }
        }, iter: 200, threads: 1, seed: "0000000000001");

    [Fact]
    public void The_header_is_padded_with_spaces_so_that_the_buffer_starts_at_a_multiple_of_eight() =>
        Plans.Sample(plans =>
        {
            using var temp = new TempFolder();
            using var writer = SafetensorsWriter.Create(temp.PathTo("a"), plans, new Dictionary<string, string> { ["k"] = "v" });
            var header = writer.Header.Span;
            Assert.Equal(0, header.Length % 8);
            Assert.True(header[8..].TrimEnd((byte)' ')[^1] == '}');
            Assert.True(header.Length - header.TrimEnd((byte)' ').Length < 8);
        }, iter: 100, threads: 1, seed: "0000000000001");

    [Fact]
    public void Metadata_in_any_order_gives_the_same_bytes_and_is_read_back()
    {
        using var temp = new TempFolder();
        TensorPlan[] plans = [new("a", DType.U8, [2])];
        var forward = new Dictionary<string, string> { ["a"] = "1", ["b"] = "quote \" and \u0001 and 日本" };
        var backward = forward.Reverse().ToDictionary();
        Assert.Equal(Write(temp.PathTo("a"), plans, forward), Write(temp.PathTo("b"), plans, backward));
        using var file = SafetensorsFile.Open(temp.PathTo("a"));
        Assert.Equal(forward, file.Header.Metadata);
    }

    [Fact]
    public void A_layout_beyond_four_gigabytes_is_laid_out_without_overflow()
    {
        using var temp = new TempFolder();
        const long Rows = 3L << 29;
        using (var writer = SafetensorsWriter.Create(temp.PathTo("big"), [new TensorPlan("a", DType.BF16, [Rows, 1]), new TensorPlan("b", DType.U8, [Rows])], NoMetadata))
        {
            writer.Write("a", (Rows * 2) - 1, [7]);
            writer.Write("b", Rows - 1, [9]);
            writer.Flush();
        }
        using var file = SafetensorsFile.Open(temp.PathTo("big"));
        Assert.Equal(Rows * 3, file.Header.Tensors[^1].End);
        var last = new byte[1];
        file.Read(file.Find("a")!, (Rows * 2) - 1, last);
        Assert.Equal(7, last[0]);
        file.Read(file.Find("b")!, Rows - 1, last);
        Assert.Equal(9, last[0]);
    }

    [Fact]
    public void A_tensor_without_elements_may_have_dimensions_whose_product_overflows()
    {
        using var temp = new TempFolder();
        SafetensorsWriter.Create(temp.PathTo("a"), [new TensorPlan("a", DType.F32, [1L << 40, 1L << 40, 0])], NoMetadata).Dispose();
        using var file = SafetensorsFile.Open(temp.PathTo("a"));
        Assert.Equal(0, file.Header.Tensors[0].Length);
        Assert.Throws<OverflowException>(() => new TensorPlan("a", DType.F32, [1L << 40, 1L << 40]).Length);
    }

    [Fact]
    public void Bytes_outside_a_tensor_are_never_written()
    {
        using var temp = new TempFolder();
        using var writer = SafetensorsWriter.Create(temp.PathTo("a"), [new TensorPlan("a", DType.U8, [2]), new TensorPlan("b", DType.U8, [2])], NoMetadata);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write("a", 1, [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write("a", -1, [1]));
    }

    [Fact]
    public void An_existing_file_is_never_overwritten()
    {
        using var temp = new TempFolder();
        temp.Write("a", "mine"u8);
        Assert.Throws<IOException>(() => SafetensorsWriter.Create(temp.PathTo("a"), [new TensorPlan("a", DType.U8, [2])], NoMetadata));
        Assert.Equal("mine"u8.ToArray(), File.ReadAllBytes(temp.PathTo("a")));
    }

    [Fact]
    public void A_stored_header_that_lies_about_its_length_is_refused()
    {
        using var temp = new TempFolder();
        Assert.Throws<SafetensorsException>(() => SafetensorsWriter.CreateLike(temp.PathTo("a"), RawSafetensors.Of(99, "{}")));
        Assert.Throws<SafetensorsException>(() => SafetensorsWriter.CreateLike(temp.PathTo("b"), [1, 2]));
        Assert.False(File.Exists(temp.PathTo("a")));
    }

    [Fact]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void Files_of_the_reference_library_with_at_most_one_metadata_key_are_written_byte_for_byte()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var temp = new TempFolder();
        var compared = 0;
        foreach (var path in Directory.EnumerateFiles(SharedFolder.PathTo("vectors", "models"), "*.safetensors", SearchOption.AllDirectories))
        {
            using var file = SafetensorsFile.Open(path);
            if (file.Header.Metadata.Count > 1)
                continue;
            var copy = temp.PathTo($"{compared++}");
            using (var writer = SafetensorsWriter.Create(copy, file.Header.Tensors.Reverse().Select(t => new TensorPlan(t.Name, t.DType, t.Shape)), file.Header.Metadata))
            {
                foreach (var tensor in file.Header.Tensors)
                    writer.Write(tensor.Name, 0, file.ReadAll(tensor));
                writer.Flush();
            }
            Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(copy)), path);
        }
        Assert.True(compared > 0, "no file could be compared");
    }

    private static byte[] Write(string path, IEnumerable<TensorPlan> plans, Dictionary<string, string>? metadata = null)
    {
        using (var writer = SafetensorsWriter.Create(path, plans, metadata ?? NoMetadata))
        {
            foreach (var plan in plans)
                writer.Write(plan.Name, 0, Content(plan));
            writer.Flush();
        }
        return File.ReadAllBytes(path);
    }

    private static byte[] Content(TensorPlan plan)
    {
        var bytes = new byte[plan.Length];
        new Random((int)plan.Length + plan.Name.Sum(c => c)).NextBytes(bytes);
        return bytes;
    }
}
