using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Devices.Torch;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class TorchDeviceTests
{
    private const int Cases = 150;
    private const int Batch = 10;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, Cases / Batch)];

    /// <summary>Half the cases of <see cref="ChainTests"/>.</summary>
    [Theory]
    [MemberData(nameof(Batches))]
    public void Chains_of_any_kinds_give_the_kernels_bytes_and_come_off_again(int batch)
    {
        foreach (var any in AnyCase.All().Skip(batch * Batch).Take(Batch))
        {
            using var temp = new TempFolder();
            foreach (var request in any.Write(temp, any.Depth))
            {
                SameOnTorch.AssertMerge(request, Merger.Merge(request), request.Output + " on torch");
                var undo = TinyModel.Undo(request.Output, request.Output + " restored");
                Unmerger.Unmerge(undo);
                SameOnTorch.AssertUnmerge(undo, undo.Output + " on torch");
            }
        }
    }

    [Fact]
    public void The_chains_meet_every_kind_with_every_type_and_every_depth_with_every_type_and_family()
    {
        var cases = AnyCase.All().Take(Cases).ToList();
        Assert.Equal(AnyCase.Deepest * 3, cases.Select(c => (c.Depth, c.Type)).Distinct().Count());
        Assert.Equal(AnyCase.Deepest * AnyFamily.All.Count, cases.Select(c => (c.Depth, c.Family)).Distinct().Count());
        Assert.Equal(AnyFamily.AllKinds.Count * 3, cases.SelectMany(c => Enumerable.Range(0, c.Depth).Select(step => (c.Kinds[step], c.TypeOf(step)))).Distinct().Count());
    }

    [Theory]
    [InlineData(DType.F32, DType.BF16)]
    [InlineData(DType.F32, DType.F16)]
    [InlineData(DType.BF16, DType.F16)]
    [InlineData(DType.F16, DType.BF16)]
    public void A_merge_of_several_adapters_into_a_narrower_type_gives_the_kernels_bytes(DType from, DType to)
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), from);
        var request = TinyModel.Request(source, temp.PathTo("merged"), new(TinyModel.WriteAdapter(temp.PathTo("a"), 1), 0.3), new(TinyModel.WriteAdapter(temp.PathTo("b"), 2), -1.7)) with { OutputType = to, WithUndo = false };
        SameOnTorch.AssertMerge(request, Merger.Merge(request), temp.PathTo("torch"));
    }

    [Fact]
    public void A_result_that_is_not_finite_is_refused_with_the_kernels_words()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.F16, change: (name, values) => name == TinyModel.QueryTensor ? [.. values.Select((v, i) => i == 100 ? 65504f : v)] : values);
        var adapter = TinyModel.WriteAdapter(temp.PathTo("a"), change: (_, values) => [.. values.Select(v => 100 * Math.Abs(v))]);
        var request = TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter));
        var expected = Assert.Throws<NonFiniteException>(() => Merger.Merge(request));
        using var device = SameOnTorch.Open();
        Assert.Equal(expected.Message, Assert.Throws<NonFiniteException>(() => Merger.Merge(request with { Device = device })).Message);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void A_memory_too_small_for_one_row_is_refused_with_the_bytes_it_takes()
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        using var device = SameOnTorch.Open(threads: 2, memory: 2000);
        var refusal = Assert.Throws<DeviceException>(() => Merger.Merge(request with { Device = device }));
        Assert.Matches("need [0-9]+ bytes .* 1000.*--device-memory", refusal.Message);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void A_memory_too_small_for_a_product_is_refused_with_the_bytes_it_takes()
    {
        using var device = SameOnTorch.Open(threads: 1, memory: 1000);
        var refusal = Assert.Throws<DeviceException>(() => device.Products.Multiply(new double[16], 2, new Matrix(8, 20), new double[40]));
        Assert.Matches("torch-cpu: a product needs 1664 bytes .* 1000.*--device-memory", refusal.Message);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:99")]
    public void A_device_that_is_not_there_is_refused(string name) => Assert.Throws<DeviceException>(() => TorchDevice.Open(name, 1 << 20, 1));
}
