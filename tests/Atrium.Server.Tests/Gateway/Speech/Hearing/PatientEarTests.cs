using Atrium.Server.Gateway;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Hosting;
using Microsoft.AspNetCore.Http;

namespace Atrium.Server.Tests.Gateway.Speech.Hearing;

/// <summary>How long a transcription waits for a recognizer elsewhere, by a clock that leaps over every rest.</summary>
public sealed class PatientEarTests
{
    private readonly LeapingClock clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_may_pass_is_tried_again_with_longer_rests_and_no_more_than_eight_times()
    {
        var ear = new FailingEar(() => Away());
        var refused = await Assert.ThrowsAsync<EarRefusedException>(() => HearAsync(ear, new(clock)));
        Assert.Equal((8, StatusCodes.Status502BadGateway), (ear.Asked, refused.Status));
        Assert.Equal([1, 2, 4, 8, 16, 32, 64], clock.Rests.Select(rest => rest.TotalSeconds));
        Assert.Contains("is away It was tried 8 times", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_files_of_a_transcription_wait_ten_minutes_together()
    {
        var (ear, patience) = (new FailingEar(() => Away(TimeSpan.FromMinutes(4))), new EarPatience(clock));
        await Assert.ThrowsAsync<EarRefusedException>(() => HearAsync(ear, patience));
        Assert.Equal((3, 2), (ear.Asked, clock.Rests.Count));
        await Assert.ThrowsAsync<EarRefusedException>(() => HearAsync(ear, patience));
        Assert.Equal((4, 2), (ear.Asked, clock.Rests.Count));
    }

    [Fact]
    public async Task Tries_that_take_long_count_as_waiting()
    {
        var ear = new FailingEar(() =>
        {
            clock.Leap(TimeSpan.FromMinutes(2));
            return Away();
        });
        await Assert.ThrowsAsync<EarRefusedException>(() => HearAsync(ear, new(clock)));
        Assert.Equal(5, ear.Asked);
    }

    [Fact]
    public async Task What_will_not_pass_is_not_tried_again()
    {
        var ear = new FailingEar(() => ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", "is nonsense"));
        var refused = await Assert.ThrowsAsync<EarRefusedException>(() => HearAsync(ear, new(clock)));
        Assert.Equal((1, "is nonsense"), (ear.Asked, refused.Message));
    }

    private static ApiException Away(TimeSpan? wait = null) => ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamUnreachable", "is away", wait, mayPass: true);

    private static Task<ForeignSpeech> HearAsync(IForeignEar ear, EarPatience patience) => new PatientEar(ear, patience).HearAsync(null!, [], new([], false, null), Cancel);

    private sealed class FailingEar(Func<ApiException> failure) : IForeignEar
    {
        public int Asked { get; private set; }

        public Task<ForeignSpeech> HearAsync(GatewayCall call, byte[] wav, ForeignWish wanted, CancellationToken cancellationToken)
        {
            Asked++;
            throw failure();
        }
    }

    private sealed class LeapingClock : TimeProvider
    {
        private long now;

        public List<TimeSpan> Rests { get; } = [];

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Leap(TimeSpan time) => now += time.Ticks;

        public override long GetTimestamp() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Rests.Add(dueTime);
            Leap(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
