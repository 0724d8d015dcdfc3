package demo

import (
	"bytes"
	"encoding/binary"
	"math"
	"sync"
)

// sound is what the podcast's enclosures hold: a bell of half a second, as
// WAVE with 8 bits at 8 kHz.
var sound = sync.OnceValue(bell)

func bell() []byte {
	const rate, samples = 8000, 4000
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, field := range []any{
		uint32(36 + samples), []byte("WAVEfmt "),
		uint32(16), uint16(1), uint16(1), uint32(rate), uint32(rate), uint16(1), uint16(8), // PCM, one channel
		[]byte("data"), uint32(samples),
	} {
		_ = binary.Write(&b, binary.LittleEndian, field) // a buffer takes everything
	}
	for i := range samples {
		t := float64(i) / rate
		b.WriteByte(byte(128 + 90*math.Exp(-6*t)*math.Sin(2*math.Pi*660*t)))
	}
	return b.Bytes()
}
